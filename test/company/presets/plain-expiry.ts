import {
  type Connection,
  escapeId,
  escape as quoted,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import type {
  ColumnTime,
  DatabaseMapping,
  DeadValue,
  RevokeEntry,
} from '../../../src/incident/database-schema';
import { wallClock } from '../../../src/incident/wall-clock';

export interface Dispositions {
  expired: number;
  changedSince: number;
  none: number;
  leftOut: number;
  younger: number;
}

/**
 * What a mapping means, in the plainest statements and all at once, by other means than the expiry's own: what the tool leaves behind
 * must be the same. For fixtures only: it takes no care of size, of commits or of what happens meanwhile.
 * @param connection in the company's schema, with UTC as its zone.
 */
export async function plainExpiry(
  connection: Connection,
  schema: string,
  mapping: DatabaseMapping,
  cutoff: string,
): Promise<Dispositions> {
  const moment = Date.parse(cutoff);
  const { customers, retire, revoke } = mapping;
  const source =
    customers.select === undefined
      ? escapeId(customers.table!)
      : `(${customers.select.replaceAll('{schema}', escapeId(schema))}) source`;
  const leftOut = `COALESCE(${customers.leaveOut.map(({ when }) => `(${when})`).join(' OR ') || '0'}, 0)`;
  const younger = customers.createdAt === null ? '0' : isAfter(customers.createdAt, moment);
  const outside = await row(
    `SELECT SUM(${leftOut}) leftOut, SUM(NOT ${leftOut} AND ${younger}) younger FROM ${source}`,
  );
  await run(`CREATE TABLE zz_cohort AS
    SELECT ${escapeId(customers.key)} zz_key, ${escapeId(customers.email)} zz_email, 0 zz_expired, 0 zz_changed
    FROM ${source} WHERE NOT ${leftOut} AND NOT ${younger}`);
  for (const { table, key, column, dead, usable, setAt } of retire) {
    const name = escapeId(column);
    const password = `(${usable ?? `${name} IS NOT NULL AND ${name} <> ''`}) AND NOT (${name} <=> ${deadValue(dead, name)})`;
    const since = setAt === undefined ? '0' : isAfter(setAt, moment);
    const update = `UPDATE ${escapeId(table)} JOIN zz_cohort ON ${escapeId(key)} = zz_key`;
    await run(`${update} SET zz_changed = 1 WHERE ${password} AND ${since}`);
    await run(`${update} SET zz_expired = 1 WHERE ${password} AND NOT ${since}`);
    await run(
      `${update} SET ${name} = ${deadValue(dead, name)}${await unmoved(table)} WHERE ${password} AND NOT ${since}`,
    );
  }
  for (const entry of [...revoke].sort((a, b) => Number(!a.via) - Number(!b.via))) {
    const from = `${escapeId(entry.table)} target ${await joined(entry)}`;
    const dies =
      entry.createdAt === undefined ? '1' : `(zz_expired = 1 OR NOT ${isAfter(entry.createdAt, moment)})`;
    const where = `WHERE (${entry.where ?? '1'}) AND ${dies}`;
    if (entry.column === undefined) await run(`DELETE target FROM ${from} ${where}`);
    else {
      const name = escapeId(entry.column);
      const set = `${name} = ${deadValue(entry.dead!, name)}${await unmoved(entry.table)}`;
      await run(`UPDATE ${from} SET ${set} ${where}`);
    }
  }
  const cohort = await row(`SELECT COALESCE(SUM(zz_expired), 0) expired,
    COALESCE(SUM(zz_changed AND NOT zz_expired), 0) changed, COUNT(*) whole FROM zz_cohort`);
  await run('DROP TABLE zz_cohort');
  const [expired, changedSince] = [Number(cohort.expired), Number(cohort.changed)];
  return {
    expired,
    changedSince,
    none: Number(cohort.whole) - expired - changedSince,
    leftOut: Number(outside.leftOut),
    younger: Number(outside.younger),
  };

  /** The cohort beside the rows of an entry; each of its columns begins with zz_, so that conditions stay unambiguous. */
  async function joined({ table, key, email, via }: RevokeEntry): Promise<string> {
    if (email !== undefined) return `JOIN zz_cohort ON target.${escapeId(email)} = zz_email`;
    if (via === undefined) return `JOIN zz_cohort ON ${await sameKey(table, key!, 'target')}`;
    return `JOIN (SELECT link.${escapeId(via.column)} zz_link, MAX(zz_expired) zz_expired FROM ${escapeId(via.table)} link
      JOIN zz_cohort ON ${await sameKey(via.table, via.key, 'link')} GROUP BY 1) links ON target.${escapeId(key!)} = zz_link`;
  }

  /** A key that is text where the customers' is a number must not be compared as a number: '2fa' is not 2. */
  async function sameKey(table: string, key: string, alias: string): Promise<string> {
    const isText = async (name: string, column: string) =>
      /char|text/.test(String((await columnOf(name, column)).type));
    const name = `${alias}.${escapeId(key)}`;
    if ((await isText(table, key)) && !(await isText('zz_cohort', 'zz_key')))
      return `BINARY ${name} = BINARY CAST(zz_key AS CHAR)`;
    return `${name} = zz_key`;
  }

  /** I5: a column that moves by itself with each UPDATE of its row is not named by the file, so it stays. */
  async function unmoved(table: string): Promise<string> {
    const [moving] = await connection.query<RowDataPacket[]>(
      `SELECT column_name name FROM information_schema.columns
        WHERE table_schema = ? AND table_name = ? AND extra LIKE '%on update%'`,
      [schema, table],
    );
    return moving.map(({ name }) => `, ${escapeId(name)} = ${escapeId(name)}`).join('');
  }

  async function columnOf(table: string, column: string): Promise<RowDataPacket> {
    const columnRow = await row(
      `SELECT MAX(data_type) type FROM information_schema.columns
      WHERE table_schema = ${quoted(schema)} AND table_name = ${quoted(table)} AND column_name = ${quoted(column)}`,
    );
    if (columnRow.type === null) throw new Error(`The fixture has no column ${table}.${column}.`);
    return columnRow;
  }

  async function row(statement: string): Promise<RowDataPacket> {
    const [rows] = await connection.query<RowDataPacket[]>(statement);
    return rows[0]!;
  }

  async function run(statement: string): Promise<number> {
    const [result] = await connection.query<ResultSetHeader>(statement);
    return result.affectedRows;
  }
}

/** Unknown times (NULL, 0, zero dates) are before. */
function isAfter({ column, as, zone }: ColumnTime, moment: number): string {
  const literal = {
    datetime: () => quoted(wallClock(moment, zone!)),
    timestamp: () => quoted(wallClock(moment, 'UTC')),
    unixSeconds: () => `${moment / 1000}`,
    unixMilliseconds: () => `${moment}`,
  }[as]();
  return `COALESCE(${escapeId(column)} > ${literal}, 0)`;
}

function deadValue(dead: DeadValue, column: string): string {
  if (dead === null || typeof dead === 'string') return quoted(dead);
  if ('random' in dead) return `CONCAT(${quoted(dead.after ?? '')}, LEFT(SHA2(UUID(), 512), ${dead.random}))`;
  if ('oneMore' in dead) return `${column} + 1`;
  // The second after this one: what was made in this very second dies, too (Keycloak and Magento compare whole seconds).
  return {
    datetime: 'UTC_TIMESTAMP() + INTERVAL 1 SECOND',
    timestamp: 'CURRENT_TIMESTAMP() + INTERVAL 1 SECOND',
    unixSeconds: 'UNIX_TIMESTAMP() + 1',
    unixMilliseconds: '(UNIX_TIMESTAMP() + 1) * 1000',
  }[dead.now];
}
