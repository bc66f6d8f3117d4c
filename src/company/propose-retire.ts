import { type CatalogColumn, type CompanyCatalog, columnsOf, findColumn } from './catalog';
import { isStaffTable, passwordColumns } from './choose-customers';
import { type DeadProposal, deadPassword, shapeWords } from './dead-values';
import { type Ask, type DraftEntry, OPEN } from './draft';
import type { CredentialFinding } from './find-credentials';
import { askWhoseId, linkWords } from './login-name-links';
import { nameWords } from './name-words';
import { polymorphicTwin } from './polymorphic-twin';
import { addTime, back } from './propose-customers';
import type { Facts } from './sample-facts';
import { type LinkTarget, linksTo, type TableLink } from './table-links';
import { passwordTime, unfitPasswordTime } from './time-columns';

/**
 * An entry for a column that holds passwords; null: it is not the customers', or no statement of ours could end it. An older form
 * beside the password (password_md5) gets one of its own: whoever still has it can sign in by it (C66).
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
    key: link === null ? 'the same row' : linkWords(link),
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
        todo: `As it stands they stay. For a kind that does add a revoke entry of ${table} with that kind in where.`,
      });
  }
  const setAt = isMainPassword(catalog, facts, column) ? passwordTime(catalog, facts, table) : null;
  if (setAt !== null) addTime({ value, because, asks }, 'setAt', setAt, `${table}.${setAt.time.column}`);
  const unfit = setAt === null ? unfitPasswordTime(catalog, table) : null;
  return { value, because, asks, ...(unfit === null ? {} : { above: [unfit] }) };
}

/**
 * Whether a time beside it could be this password's. Of an older form beside it the time says nothing: whoever has chosen a new
 * password since may still have the old form, and could sign in by it (C66).
 */
function isMainPassword(catalog: CompanyCatalog, facts: Facts, column: CatalogColumn): boolean {
  const older = (name: string) => nameWords(name).some((word) => OLDER.has(word));
  const others = passwordColumns(catalog, facts, column.table).filter((name) => name !== column.name);
  return others.length === 0 || (!older(column.name) && others.every(older));
}

const OLDER = new Set(
  'md5 sha1 sha256 old legacy prev previous first second new temp tmp original pin hint'.split(' '),
);

/** How a table's rows belong to customers, but for those that only an address links. */
export function ownerOf(catalog: CompanyCatalog, table: string, target: LinkTarget): TableLink | null {
  return linksTo(catalog, table, target).find(({ by }) => by !== 'e-mail') ?? null;
}

/** C69: the value that a link holds is somebody else's under another kind of owner. */
export function isOfSeveralKinds(
  catalog: CompanyCatalog,
  facts: Facts,
  table: string,
  { column }: TableLink,
): boolean {
  return (
    polymorphicTwin(catalog, table, { idColumn: column, seen: facts.tables[table]?.kinds ?? {} }) !== null
  );
}

/** Earlier passwords, kept against reuse: nobody signs in by them. */
export function isHistory({ table, name }: CatalogColumn): boolean {
  const words = nameWords(table);
  const earlier =
    words.includes('password') && words.some((word) => ['old', 'previous', 'used', 'past'].includes(word));
  return earlier || [...words, ...nameWords(name)].includes('history');
}

/** A table of credentials calls its column as it likes: secret, value, hash. */
export function passwordColumn(
  catalog: CompanyCatalog,
  facts: Facts,
  { table, column, kind }: CredentialFinding,
): CatalogColumn | null {
  if (kind === 'password') return findColumn(catalog, table, column!) ?? null;
  if (column !== null || passwordKind(catalog, facts, table) === null) return null;
  return (
    columnsOf(catalog, table).find(
      ({ name, type }) => /char|text|blob|binary/.test(type) && /^(secret|hash|value)/i.test(name),
    ) ?? null
  );
}

/** Where a row says of which kind it is, and one of these kinds is a password. */
function passwordKind(
  catalog: CompanyCatalog,
  facts: Facts,
  table: string,
): { column: string; kind: string } | null {
  for (const [column, kinds] of Object.entries(facts.tables[table]?.kinds ?? {})) {
    const kind = kinds.find((one) => /passw|^pwd$/i.test(one));
    if (kind !== undefined && findColumn(catalog, table, column)) return { column, kind };
  }
  return null;
}

function usableBy(catalog: CompanyCatalog, facts: Facts, { table, name }: CatalogColumn) {
  const kind = passwordKind(catalog, facts, table);
  if (kind === null) return null;
  return {
    sql: `${back(kind.column)} = ${text(kind.kind)} AND ${back(name)} <> ''`,
    others: facts.tables[table]!.kinds[kind.column]!.filter((other) => other !== kind.kind).slice(0, 8),
  };
}

/** A text as our sessions read it: backslashes escape. */
export function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
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
      todo: 'Try one on an account of your own, and write it. It must fit the column, and nobody may be able to meet it.',
    };
  return {
    at: 'dead',
    question: `With ${deadWords(dead)} in ${table}.${name}: does the login refuse, and does "forgot password" still mail a link and take a new one?`,
    todo: `Try it on an account of your own. If both: write dead: ${deadWords(dead)}. If not, write what does: some logins stop with an error at what is no hash, some resets pass over who has none.`,
  };
}
