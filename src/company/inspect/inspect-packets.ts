import { type QueryExecutorProvider, sql } from 'kysely';
import { escape as escaped } from 'mysql2';
import { number } from './finding';

/** A statement of the run that is large, and how many octets it takes at most. */
export interface LargeStatement {
  what: string;
  bytes: number;
}

/**
 * The largest of a run: the server refuses what is over `max_allowed_packet` by ending the connection (C55).
 * @param incident the file as plain data, which the incident's row holds as JSON.
 */
export function largestStatements(incident: unknown, keyBytes: number): LargeStatement[] {
  const file = Buffer.byteLength(escaped(JSON.stringify(incident)));
  return [
    { what: "the incident's row with its file", bytes: file + REST },
    { what: 'a decision about 5,000 notices', bytes: 5_000 * (2 * keyBytes + 4) + REST },
    { what: 'a claim of 200 notices', bytes: 200 * (2 * keyBytes + 2 * LONGEST_ADDRESS + 300) + REST },
    { what: 'deleting by 500 addresses', bytes: 500 * (2 * LONGEST_ADDRESS + 200) + REST },
  ];
}

/** Of a statement beside what makes it large. */
const REST = 8_192;

/** RFC 5321: 254 octets; each may have to be escaped. */
const LONGEST_ADDRESS = 254;

/** As `max_allowed_packet` of this server, which no connection can raise for itself. */
export async function packetBytes(db: QueryExecutorProvider): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`SELECT @@GLOBAL.max_allowed_packet AS bytes`.execute(db);
  return Number(rows[0]!.bytes);
}

/** Null, or which statement would not go through and what to do. */
export function inspectPackets(
  allowed: number,
  statements: LargeStatement[],
): { what: string; todo: string } | null {
  const tooLarge = statements.filter(({ bytes }) => bytes > allowed).sort((a, b) => b.bytes - a.bytes);
  if (tooLarge.length === 0) return null;
  const list = tooLarge.map(({ what, bytes }) => `${what} (up to ${number(bytes)})`).join(', ');
  const enough = 2 ** Math.ceil(Math.log2(tooLarge[0]!.bytes));
  return {
    what: `max_allowed_packet is ${number(allowed)} octets: the server would end the connection at ${list}`,
    todo: `raise it: SET GLOBAL max_allowed_packet = ${enough}, and under [mysqld] in the server's configuration; workers must connect again afterwards`,
  };
}
