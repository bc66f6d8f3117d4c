import { OPEN } from '../incident/open-answer';
import type { CatalogColumn, CompanyCatalog } from './catalog';
import { isStaffTable } from './credential-tables';
import { type DeadProposal, deadPassword, shapeWords } from './dead-values';
import { quotedName, quotedText } from './dialect';
import type { Ask, DraftEntry } from './draft';
import type { CredentialFinding } from './find-credentials';
import { askWhoseId, linkWords } from './login-name-links';
import { isHistory, isMainPassword, passwordColumn, passwordKind } from './password-columns';
import { isOfSeveralKinds } from './polymorphic-twin';
import type { Facts } from './sample-facts';
import { type LinkTarget, ownerOf } from './table-links';
import { addTime, passwordTime, unfitPasswordTime } from './time-columns';

/**
 * An entry for a column that holds passwords; null: it is not the customers', or no statement of ours could end it. An older form
 * beside the password (password_md5) gets its own entry: whoever still has it can sign in with it (C66).
 */
export function proposeRetire(
  catalog: CompanyCatalog,
  facts: Facts,
  target: LinkTarget,
  finding: CredentialFinding,
): DraftEntry | null {
  const { table } = finding;
  const link = table === target.table ? null : (ownerOf(catalog, table, target) ?? undefined);
  const column = passwordColumn(catalog, facts, finding);
  if (
    link === undefined ||
    column === null ||
    isStaffTable(table) ||
    isHistory(column) ||
    column.type === 'json'
  )
    return null;
  if (link !== null && isOfSeveralKinds(catalog, facts, table, link)) return null;
  const { name } = column;
  const shape = facts.tables[table]?.shapes[name];
  const proposal = deadPassword(catalog, column, shape);
  const asks: Ask[] = [doesResetWork(column, proposal)];
  const value: Record<string, unknown> = {
    table,
    key: link?.column ?? target.key,
    column: name,
    dead: openDead(proposal),
  };
  if (link?.by === 'likely name') askWhoseId({ value, asks }, catalog, target, { table, link });
  const because: Record<string, string> = {
    key: linkWords(link),
    column: `${finding.column === null ? 'what its kind of row says' : `looks like ${finding.why}`}${shape && shape.filled > 0 ? `: ${shapeWords(shape)}` : ''}`,
    dead: proposal.because,
  };
  const usable = usableBy(catalog, facts, column);
  if (usable !== null) {
    value.usable = usable.sql;
    because.usable = `rows of other kinds are in the same table: ${usable.others.join(', ')}`;
    if (usable.others.length > 0)
      asks.push({
        at: 'usable',
        question: `Do rows of ${table} of another kind let somebody in (${usable.others.join(', ')})?`,
        todo: `As written, they stay. For a kind that does, add a revoke entry for ${table} with that kind in where.`,
      });
  }
  const setAt = isMainPassword(catalog, facts, column) ? passwordTime(catalog, facts, table) : null;
  if (setAt !== null) addTime({ value, because, asks }, 'setAt', setAt, `${table}.${setAt.time.column}`);
  const unfit = setAt === null ? unfitPasswordTime(catalog, table) : null;
  return { value, because, asks, ...(unfit === null ? {} : { above: [unfit] }) };
}

function usableBy(catalog: CompanyCatalog, facts: Facts, { table, name }: CatalogColumn) {
  const kind = passwordKind(catalog, facts, table);
  if (kind === null) return null;
  return {
    sql: `${quotedName(kind.column)} = ${quotedText(kind.kind)} AND ${quotedName(name)} <> ''`,
    others: facts.tables[table]!.kinds[kind.column]!.filter((other) => other !== kind.kind).slice(0, 8),
  };
}

function openDead({ dead }: DeadProposal): string {
  return dead === undefined ? OPEN : `${OPEN} ${deadWords(dead)}`;
}

/** As YAML. */
function deadWords(dead: DeadProposal['dead']): string {
  if (dead === null || typeof dead === 'string') return JSON.stringify(dead);
  return `{${Object.entries(dead!)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ')}}`;
}

function doesResetWork({ table, name }: CatalogColumn, { dead }: DeadProposal): Ask {
  if (dead === undefined)
    return {
      at: 'dead',
      question: `Which value of ${table}.${name} does the login refuse, and the reset still accept?`,
      todo: 'Try one on an account of your own, and write it. It must fit the column, and no password may match it.',
    };
  return {
    at: 'dead',
    question: `With ${deadWords(dead)} in ${table}.${name}: does the login refuse, and does "forgot password" still mail a link and take a new one?`,
    todo: `Try it on an account of your own. If both: write dead: ${deadWords(dead)}. If not, write a value that does both: some logins fail with an error on a value that is not a hash, and some resets skip customers who have no password.`,
  };
}
