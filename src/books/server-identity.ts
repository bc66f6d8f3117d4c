import { sql } from 'kysely';
import type { LedgerDatabase } from './open-database';

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
