import { type QueryExecutorProvider, sql } from 'kysely';
import { namesMariaDb } from '../dialect';
import { LEDGER_RIGHTS } from '../needed-grants';
import { grantsFor } from '../seen-grants';
import { type CompanyFinding, number, stops, warns } from './finding';
import { GRANT_IT, refusalOf } from './refusal';

/** Settings of the server that would break a promise, replicas of it, and rights on our own schema. */
export async function inspectServer(
  db: QueryExecutorProvider,
  ledgerSchema: string,
): Promise<CompanyFinding[]> {
  return [
    ...inspectSettings(await readServerSettings(db)),
    ...(await replicas(db)),
    ...(await ledgerRights(db, ledgerSchema)),
  ];
}

/** By the names of the server's variables, in lower case. */
export function inspectSettings(settings: Settings): CompanyFinding[] {
  return [
    ...version(settings),
    ...binaryLog(settings),
    ...durability(settings),
    ...readOnly(settings),
    ...connections(settings),
  ];
}

type Settings = Record<string, string | undefined>;

const SETTING_NAMES = [
  'version',
  'log_bin',
  'binlog_format',
  'innodb_flush_log_at_trx_commit',
  'read_only',
  'super_read_only',
  'innodb_read_only',
  'max_connections',
];

async function readServerSettings(db: QueryExecutorProvider): Promise<Settings> {
  const { rows } = await sql<{ Variable_name: string; Value: string }>`
    SHOW GLOBAL VARIABLES WHERE Variable_name IN (${sql.join(SETTING_NAMES)})`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
}

function version({ version = '' }: Settings): CompanyFinding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const mariaDb = namesMariaDb(version);
  const oldest = mariaDb ? [10, 6] : [8, 0];
  if (major > oldest[0]! || (major === oldest[0]! && minor >= oldest[1]!)) return [];
  return [
    stops(
      `The server is ${version}`,
      'MySQL 8.0 or MariaDB 10.6 is the oldest that has what the ledger needs',
    ),
  ];
}

// C34: under READ COMMITTED every UPDATE fails with 1665.
function binaryLog({ log_bin, binlog_format }: Settings): CompanyFinding[] {
  if (log_bin !== 'ON' || binlog_format !== 'STATEMENT') return [];
  return [
    stops(
      'The server writes its binary log by statement (binlog_format = STATEMENT), which does not work with READ COMMITTED (error 1665)',
      "switch it: SET GLOBAL binlog_format = 'ROW', and in the server's configuration; workers must connect again afterwards",
    ),
  ];
}

function durability({ innodb_flush_log_at_trx_commit: flush }: Settings): CompanyFinding[] {
  if (flush === undefined || flush === '1') return [];
  return [
    warns(
      `innodb_flush_log_at_trx_commit is ${flush}: if the database's machine crashes, the last second of the books is lost, and whoever was told in it could be told twice (I2)`,
      'for the time of the run: SET GLOBAL innodb_flush_log_at_trx_commit = 1',
    ),
  ];
}

function readOnly(settings: Settings): CompanyFinding[] {
  const readOnlyBy = ['read_only', 'super_read_only', 'innodb_read_only'].filter(
    (name) => settings[name] === 'ON',
  );
  if (readOnlyBy.length === 0) return [];
  return [
    stops(
      `The server is read-only (${readOnlyBy.join(', ')})`,
      'point DATABASE_URL at the primary, not at a replica',
    ),
  ];
}

/** A worker's pools hold 20 connections at most, a command a few. */
const CONNECTIONS_WANTED = 40;

function connections({ max_connections }: Settings): CompanyFinding[] {
  if (Number(max_connections) >= CONNECTIONS_WANTED) return [];
  return [
    warns(
      `The server accepts ${max_connections} connections at most; a worker uses up to 20 besides the company's own`,
      'raise it: SET GLOBAL max_connections = 151',
    ),
  ];
}

/**
 * Whoever logs in on a replica is let in by the old password until that replica has caught up. Only who may ask is told of
 * replicas; that there are none is never said.
 */
async function replicas(db: QueryExecutorProvider): Promise<CompanyFinding[]> {
  let replicaCount = 0;
  const ask = (statement: string) =>
    refusalOf(async () => {
      replicaCount = (await sql.raw(statement).execute(db)).rows.length;
    });
  if ((await ask('SHOW REPLICAS')) !== null) await ask('SHOW SLAVE HOSTS');
  if (replicaCount === 0) return [];
  return [
    warns(
      `${replicaCount === 1 ? 'A server replicates' : `${number(replicaCount)} servers replicate`} this one: an application that reads passwords there accepts the old ones until the replica has caught up, and for good if a filter leaves these tables out`,
      'nothing to do for the run; after the expiry check there that the replica has caught up (SHOW REPLICA STATUS) before you take the old passwords for dead',
    ),
  ];
}

async function ledgerRights(db: QueryExecutorProvider, schema: string): Promise<CompanyFinding[]> {
  if (schema.length > 64)
    return [
      stops(
        `The name ${schema} of the ledger's schema is longer than 64 characters`,
        'nothing in the file can change that: a company schema with a name of more than 47 characters cannot have a ledger beside it',
      ),
    ];
  const { may, user } = await grantsFor(db, schema);
  const lacking = LEDGER_RIGHTS.operator.filter((right) => !may(right));
  if (lacking.length === 0) return [];
  return [
    stops(
      `The user ${user} lacks ${lacking.join(', ')} on the schema ${schema}, where the ledger is kept`,
      GRANT_IT,
    ),
  ];
}
