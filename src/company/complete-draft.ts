import { OPEN } from '../incident/open-answer';
import { type CompanyCatalog, columnsOf } from './catalog';
import { quotedText } from './dialect';
import type { Draft, DraftEntry } from './draft';
import { type CredentialFinding, findCredentials, keyValueColumns, type SeenKeys } from './find-credentials';
import { holdsPasswords } from './password-columns';
import { proposeRetire } from './propose-retire';
import { credentialKeys, keyEntry, proposeRevoke } from './propose-revoke';
import type { Facts } from './sample-facts';
import { setAside } from './set-aside';
import type { LinkTarget } from './table-links';
import { type Coverage, coveredBy } from './uncovered-credentials';
import { isView } from './view-bases';

/** Adds what the draft does not cover yet, by what the catalogue says; what is left becomes a question, never a decision of ours. */
export function completeDraft(draft: Draft, catalog: CompanyCatalog, facts: Facts, target: LinkTarget): void {
  for (const finding of credentialsIn(catalog, facts)) {
    if (coveredBy(catalog, finding, coverageOf(draft)) !== null) {
      if (finding.kind === 'keyValue') askAboutKeys(draft, catalog, facts, target, finding);
      continue;
    }
    // What a view shows can be ended only in the tables below it.
    if (isView(catalog, finding.table)) {
      if (finding.kind !== 'salt') setAside(draft, catalog, target, finding);
      continue;
    }
    const retire = draft.retire.length < MOST_RETIRE ? proposeRetire(catalog, facts, target, finding) : null;
    const revoke = retire === null ? proposeRevoke(catalog, facts, target, finding) : [];
    if (retire !== null) draft.retire.push(retire);
    else if (revoke.length > 0) draft.revoke.push(...revoke);
    else if (finding.kind !== 'salt') setAside(draft, catalog, target, finding);
  }
  // A salt is of no use once its password is gone; one whose password is in no entry is a question like all others.
  for (const finding of findCredentials(catalog))
    if (finding.kind === 'salt' && coveredBy(catalog, finding, coverageOf(draft)) === null)
      setAside(draft, catalog, target, finding);
  if (draft.retire.length === 0) draft.asks.push(askForPasswords);
  if ((facts.tables[target.table]?.rows ?? 0) === 0) return;
  for (const entry of draft.retire) askAboutNone(entry, facts, entry.value.column);
  for (const entry of draft.revoke)
    askAboutNone(entry, facts, entry.value.where === undefined ? undefined : entry.value.column);
}

/** Everything that looks like a credential, by names, types and what was seen of keys and values. */
export function credentialsIn(catalog: CompanyCatalog, facts: Facts): CredentialFinding[] {
  return findCredentials(catalog, seenKeys(catalog, facts)).map((finding) => {
    const { table, column, kind } = finding;
    if (kind !== 'token' || column === null || !holdsPasswords(facts, table, column)) return finding;
    return { ...finding, kind: 'password', why: 'the hash of a password, by its values' };
  });
}

/** Keys that a shipped mapping does not know and that look like credentials: an extension's, perhaps. */
function askAboutKeys(
  draft: Draft,
  catalog: CompanyCatalog,
  facts: Facts,
  target: LinkTarget,
  { table, column }: CredentialFinding,
): void {
  const isAside = ({ value }: DraftEntry) => value.table === table && (value.column ?? column) === column;
  if (draft.ignored.some(isAside)) return;
  const conditions = draft.revoke.flatMap(({ value }) =>
    value.table === table ? [String(value.where)] : [],
  );
  for (const key of credentialKeys(catalog, facts, table)) {
    const entry = keyEntry(catalog, target, table, key);
    if (entry === null || conditions.some((condition) => condition.includes(quotedText(key)))) continue;
    draft.revoke.push({
      ...entry,
      value: { ...entry.value, where: `${OPEN} ${entry.value.where}` },
      asks: [
        ...(entry.asks ?? []),
        {
          at: 'where',
          question: `The mapping does not know the key ${key} of ${table}. Does it let a customer in?`,
          todo: 'If so, delete the ???. If not, delete the entry, and write {table, column, because} for it under ignored.',
        },
      ],
    });
  }
}

/**
 * The dry run stops at an entry that finds nothing, unless the file says why: a table without rows, or a column without values.
 * @param column whose values the entry finds, by itself or by its condition; undefined: it finds each row.
 */
function askAboutNone(entry: DraftEntry, { tables }: Facts, column: unknown): void {
  const { value, asks = [] } = entry;
  const seen = tables[String(value.table)];
  if (value.noneBecause !== undefined || seen === undefined) return;
  if (seen.rows > 0 && seen.shapes[String(column)]?.filled !== 0) return;
  value.noneBecause = OPEN;
  entry.asks = [...asks, askIfEmpty];
}

const askIfEmpty = {
  at: 'noneBecause',
  question:
    'This table, or this column of the rows that were looked at, is empty. Is it the one that the application uses?',
  todo: 'If so, write why nobody has one now, such as "links live for an hour". If not, name the right one, or delete the entry.',
};

const MOST_RETIRE = 16;

const askForPasswords = {
  list: 'retire' as const,
  at: '',
  open: true,
  question: 'Where are the passwords? No column that looks like one belongs to these customers.',
  todo: 'Write under retire: table, key, column and dead. If they sign in elsewhere (single sign-on, another database), run this on that database.',
};

/** What an unfinished mapping covers already. */
export function coverageOf(draft: Draft): Coverage {
  return {
    retire: draft.retire.map(({ value }) => value as { table: string; column: string }),
    revoke: draft.revoke.map(({ value }) => value as { table: string }),
    ignored: draft.ignored.map(({ value }) => value as { table: string }),
  };
}

/** The keys of key/value tables, as far as they were seen. */
function seenKeys(catalog: CompanyCatalog, facts: Facts): SeenKeys {
  const seen: SeenKeys = {};
  for (const [table, { kinds }] of Object.entries(facts.tables)) {
    const pair = keyValueColumns(table, columnsOf(catalog, table));
    if (pair !== null) seen[table] = kinds[pair.key] ?? [];
  }
  return seen;
}
