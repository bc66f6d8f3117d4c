import { sql } from 'kysely';
import { type AuditEntry, appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';
import { markOf } from './judge-audit';
import type { Database, LedgerDatabase } from './open-database';

/** Which ledger this is. Its key is never shown (ledger-tables.ts). */
export interface LedgerIdentity {
  /** A UUID, made with the ledger's tables and kept for good: a copy of the ledger has it, too. */
  id: string;
  /** UTC, as ledger-tables.ts has its times. */
  madeAt: string;
}

/** Gives the ledger its identity, once: whoever comes later, or at the same moment, leaves the first one's. */
export async function giveIdentity(
  db: LedgerDatabase,
  { id, fingerprintKey }: { id: string; fingerprintKey: Buffer },
): Promise<void> {
  await sql`
    INSERT IGNORE INTO ledger (only_row, id, made_at, fingerprint_key)
    VALUES (1, ${id}, UTC_TIMESTAMP(6), ${fingerprintKey})`.execute(db);
}

/** Null where there is no ledger yet: no schema, no table, or no row. */
export async function findLedger({ db, ledgerSchema }: Database): Promise<LedgerIdentity | null> {
  try {
    // Named with its schema: a connection forgets its default one when that is dropped, also when it is made anew.
    const { rows } = await sql<LedgerIdentity>`
      SELECT id, made_at AS madeAt FROM ${sql.id(ledgerSchema, 'ledger')}`.execute(db);
    return rows[0] ?? null;
  } catch (error) {
    if (isNoLedger(error)) return null;
    throw error;
  }
}

/**
 * The database in words: where it is, without user and password, and which server; such as `db.internal:3306/shop (MariaDB 10.11.6)`.
 * Where the connections' own schema, the ledger's, is not there yet, none answers, and the server is left out.
 */
export async function databaseWords({ db, address }: Database): Promise<string> {
  try {
    const { rows } = await sql<{ version: string }>`SELECT VERSION() AS version`.execute(db);
    const { version } = rows[0]!;
    return `${address} (${/mariadb/i.test(version) ? 'MariaDB' : 'MySQL'} ${version.split('-')[0]})`;
  } catch (error) {
    if (isNoLedger(error)) return address;
    throw error;
  }
}

/** The server's answer where no ledger was made yet. */
export function isNoLedger(error: unknown): boolean {
  return NO_LEDGER.has((error as { errno?: number }).errno ?? 0);
}

/** Unknown schema, no such table, or no right to a schema that is not there. */
const NO_LEDGER = new Set([1049, 1146, 1044]);

/** The server's answer where a column is asked for that a ledger of an older version has not. */
export function isOlderLedger(error: unknown): boolean {
  return (error as { errno?: number }).errno === UNKNOWN_COLUMN;
}

const UNKNOWN_COLUMN = 1054;

/**
 * An SQL expression that names this very server: equal after a restart, different on a replica, a clone or a restored
 * copy elsewhere. MySQL has server_uuid; on MariaDB the nearest is server id, host and data directory.
 */
export type ServerIdentity = ReturnType<typeof sql<string>>;

export async function serverIdentity(db: LedgerDatabase): Promise<ServerIdentity> {
  const { rows } = await sql<{ Variable_name: string }>`SHOW VARIABLES LIKE 'server_uuid'`.execute(db);
  return rows.length > 0
    ? sql<string>`@@server_uuid`
    : sql<string>`CONCAT_WS('|', @@server_id, @@hostname, @@datadir)`;
}

/** From now on the incident's books are those of this server, by an operator's decision, on the record (I6). */
export async function adoptServer(books: BareBooks, entry: AuditEntry): Promise<void> {
  const here = await serverIdentity(books.db);
  await transaction(books, async (decided) => {
    await sql`UPDATE incidents SET server_identity = ${here} WHERE incident = ${books.incident}`.execute(
      decided.db,
    );
    const { rows } = await sql<{ identity: string }>`
      SELECT server_identity AS identity FROM incidents WHERE incident = ${books.incident}`.execute(
      decided.db,
    );
    await appendAudit(decided, { ...entry, detail: { ...entry.detail, server: markOf(rows[0]!.identity) } });
  });
}

/** Whether the incident's books lie on another server than the one it began on, or was last reconciled on. */
export async function isOtherServer({ db, incident }: BareBooks, here: ServerIdentity): Promise<boolean> {
  const { rows } = await sql<{ other: number }>`
    SELECT server_identity <> ${here} AS other FROM incidents WHERE incident = ${incident}`.execute(db);
  return Number(rows[0]!.other) === 1;
}

/** The ledger cannot be made or used as it is. The message says what was found and what to do; an operator needs no stack. */
export class LedgerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LedgerError';
  }
}
