import { sql } from 'kysely';
import type { ColumnTime } from '../../incident/database-schema';
import { nearestName } from '../../incident/nearest-name';
import { columnsOf, findColumn } from '../catalog';
import { type CustomerColumn, customerColumn, source } from '../company';
import { CUSTOMER_ROLES } from '../customer-columns';
import { quotedName } from '../dialect';
import { type CompanyFinding, type Subject, stops, warns } from './finding';
import { inspectTime, movesByName } from './inspect-times';
import { refusalOf, refused, refusedSource, UNKNOWN_COLUMN } from './refusal';

/** Who the customers are: can be read as this user by our connection, and says what it is asked for as text and time. */
export async function inspectSource(subject: Subject): Promise<CompanyFinding[]> {
  const { table } = subject.mapping.customers;
  return table === undefined ? inspectSelect(subject) : inspectTable(subject, table);
}

function inspectTable(subject: Subject, table: string): CompanyFinding[] {
  const { catalog, mapping } = subject;
  const { createdAt } = mapping.customers;
  const texts = CUSTOMER_ROLES.flatMap((use) => {
    const column = findColumn(catalog, table, mapping.customers[use] ?? '');
    const problem = column === undefined ? null : textProblem(column.type);
    return problem === null
      ? []
      : [noText(use, `${table}.${column!.name} is ${column!.sqlType}, ${problem}`, problem)];
  });
  const made = createdAt === null ? undefined : findColumn(catalog, table, createdAt.column);
  return [
    ...texts,
    ...(made === undefined ? [] : inspectTime(made, createdAt!, { use: 'createdAt', path: 'customers' })),
  ];
}

/** C74: octets would pass for text, numbers and JSON arrive as something else. */
function textProblem(type: string): 'octets' | 'a number' | 'JSON' | 'a time' | null {
  if (/binary$|blob$|^bit$|^geometry$/.test(type)) return 'octets';
  if (type === 'json') return 'JSON';
  if (/int$|^decimal$|^float$|^double$|^year$/.test(type)) return 'a number';
  return /^(date|datetime|timestamp|time)$/.test(type) ? 'a time' : null;
}

function noText(use: CustomerColumn, what: string, problem: string): CompanyFinding {
  const text =
    problem === 'octets'
      ? `CONVERT(${use}_column USING utf8mb4)`
      : `CAST(${use}_column AS CHAR), or a join with the table that has the words for it`;
  return stops(
    `${what}, where ${use} must be text`,
    `give the customers as a SELECT (database.customers.select) with ${text.replace(`${use}_column`, 'it')} in place of it`,
  );
}

/** How many rows are looked at for the types of a SELECT, which are in no catalogue. */
const SAMPLE = 200;

async function inspectSelect(subject: Subject): Promise<CompanyFinding[]> {
  const { db, mapping } = subject;
  const whole = await refusalOf(() => sql`SELECT * FROM ${source(subject)} LIMIT 0`.execute(db));
  if (whole !== null) return [refused('the SELECT under database.customers.select', whole)];
  const missing = await missingColumns(subject);
  if (missing.length > 0) return missing;
  const { createdAt } = mapping.customers;
  const uses = CUSTOMER_ROLES.filter((use) => mapping.customers[use] !== null);
  const columns = [
    ...uses.flatMap((use) => {
      const column = customerColumn(subject, use);
      return [sql`${column} AS ${sql.id(use)}`, sql`CHARSET(${column}) AS ${sql.id(`${use}_charset`)}`];
    }),
    ...(createdAt === null ? [] : [sql`${sql.id('c', createdAt.column)} AS createdAt`]),
  ];
  let rows: Record<string, unknown>[] = [];
  const refusal = await refusalOf(async () => {
    const read = sql<Record<string, unknown>>`
    SELECT ${sql.join(columns)} FROM ${source(subject)} LIMIT ${sql.lit(SAMPLE)}`;
    ({ rows } = await read.execute(db));
  });
  if (refusal !== null) return [refusedSource(mapping, refusal)];
  return [
    ...uses.flatMap((use) => {
      const problem = arrivesAs(rows.map((row) => ({ value: row[use], charset: row[`${use}_charset`] })));
      const name = mapping.customers[use];
      return problem === null ? [] : [noText(use, `${name} of the SELECT is ${problem}`, problem)];
    }),
    ...(createdAt === null
      ? []
      : selectedTime(
          createdAt,
          rows.map((row) => row.createdAt),
        )),
  ];
}

/** By what arrives here, and by the character set, which octets, numbers and times have none of. */
function arrivesAs(values: { value: unknown; charset: unknown }[]): string | null {
  const filled = values.filter(({ value }) => value !== null);
  if (filled.some(({ value }) => Buffer.isBuffer(value))) return 'octets';
  if (filled.some(({ value }) => typeof value === 'object')) return 'JSON';
  return filled.some(({ charset }) => charset === 'binary') ? 'a number or a time' : null;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/;
const WHOLE = /^-?\d+$/;

function selectedTime({ column, as }: ColumnTime, values: unknown[]): CompanyFinding[] {
  const form = as === 'datetime' || as === 'timestamp' ? INSTANT : WHOLE;
  const misfit = values.find((value) => value !== null && !form.test(String(value)));
  if (misfit === undefined) return movesByName('the SELECT', column, { use: 'createdAt', path: 'customers' });
  const actual = DAY.test(String(misfit))
    ? 'a day without a time'
    : WHOLE.test(String(misfit))
      ? 'a number'
      : 'not such a time';
  return [
    stops(
      `${column} of the SELECT is ${actual}, and database.customers.createdAt says ${as}`,
      actual === 'a day without a time'
        ? `write CAST(${column} AS DATETIME) AS ${column} in the SELECT: then an account of that day counts as made at its start`
        : 'correct as: datetime, timestamp, unixSeconds or unixMilliseconds, or name another column',
    ),
  ];
}

async function missingColumns(subject: Subject): Promise<CompanyFinding[]> {
  const { db, mapping } = subject;
  const { createdAt } = mapping.customers;
  const names: [string, string][] = [
    ...(['key', ...CUSTOMER_ROLES] as const).flatMap((use): [string, string][] => {
      const name = mapping.customers[use];
      return name === null ? [] : [[use, name]];
    }),
    ...(createdAt === null ? [] : [['createdAt.column', createdAt.column] as [string, string]]),
  ];
  const findings: CompanyFinding[] = [];
  for (const [use, name] of names) {
    const refusal = await refusalOf(() =>
      sql`SELECT ${sql.id('c', name)} FROM ${source(subject)} LIMIT 0`.execute(db),
    );
    if (refusal === null) continue;
    if (refusal.errno !== UNKNOWN_COLUMN)
      return [refused('the SELECT under database.customers.select', refusal)];
    const nearest = nearestName(name, await columnsOfSelect(subject));
    findings.push(
      stops(
        `The SELECT of the customers returns no column ${name} (database.customers.${use})`,
        nearest === null
          ? `add it to the SELECT, or correct database.customers.${use}`
          : `write ${nearest} under database.customers.${use}: that is the nearest name that it returns`,
      ),
    );
  }
  return findings;
}

/** Of a first row; none where there is none. */
async function columnsOfSelect(subject: Subject): Promise<string[]> {
  const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${source(subject)} LIMIT 1`.execute(
    subject.db,
  );
  return Object.keys(rows[0] ?? {});
}

/** C42: one text is for one brand. */
export function inspectShops({ catalog, companySchema, mapping }: Subject): CompanyFinding[] {
  const { table, leaveOut } = mapping.customers;
  return columnsOf(catalog, table ?? '')
    .filter(({ name }) => /^(brand|shop|store|website|tenant)(_?(id|code))?$/i.test(name))
    .filter(({ name }) => !leaveOut.some(({ when }) => when.toLowerCase().includes(name.toLowerCase())))
    .map(({ name }) =>
      warns(
        `${table}.${name} looks as if several shops share this table: every customer in it would get this file's texts`,
        `if there are several, write a file for each, in which database.customers.leaveOut sets the others aside, such as {when: "${name} <> 1", because: the other shop gets its own notice}, where 1 is this file's own shop: SELECT ${quotedName(name)}, COUNT(*) FROM ${quotedName(companySchema, table!)} GROUP BY 1`,
      ),
    );
}
