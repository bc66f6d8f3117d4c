/** One setting of a connection: what it must be, and what would go wrong otherwise, in words that end "..., so". */
export interface SessionSetting {
  /** As the server calls it. Not every server has each: what it does not have cannot be wrong. */
  name: string;
  /** As the server says it. */
  value: string;
  /** As it is set, where that differs: SQL. */
  set?: string;
  otherwise: string;
}

/** What differs from one kind of connection to another. */
export interface SessionTerms {
  /** The server ends a transaction that idles for so long; undefined: it may idle. */
  idleTransactionSeconds?: number | undefined;
}

/**
 * Every connection's settings: all that can make a right statement of ours wrong, short, or refused, and that a user without
 * privileges may set (tried on MariaDB 10.11 and MySQL 9.7). No statement depends on a server's default.
 *
 * In this order: setting a character set also sets its collation, and setting `max_join_size` resets `sql_big_selects`.
 */
export function sessionSettings({ idleTransactionSeconds }: SessionTerms): SessionSetting[] {
  return [
    ...like(CHARACTERS, {
      character_set_client: 'utf8mb4',
      character_set_results: 'utf8mb4',
      character_set_connection: 'utf8mb4',
      // Exact; and where a column's own collation meets it, the binary one wins on both servers, without error 1267.
      collation_connection: COLLATION,
    }),
    ...like('our statements would mean something else', {
      // No NO_ZERO_DATE: old zero dates are read and copied as they are.
      sql_mode: 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
      time_zone: '+00:00',
      sql_auto_is_null: 'OFF',
      div_precision_increment: '4',
      max_sort_length: '4096',
    }),
    ...like('transactions would not begin, read and end as we say', {
      autocommit: 'ON',
      completion_type: 'NO_CHAIN',
      // Under REPEATABLE READ, INSERT ... SELECT would lock the company's live table.
      tx_isolation: 'READ-COMMITTED',
      transaction_isolation: 'READ-COMMITTED',
      tx_read_only: 'OFF',
      transaction_read_only: 'OFF',
      innodb_snapshot_isolation: 'OFF',
    }),
    ...like('answers would be cut short or statements refused', {
      sql_select_limit: UNLIMITED,
      max_join_size: UNLIMITED,
      sql_big_selects: 'ON',
      group_concat_max_len: '1048576',
      max_statement_time: '0',
      max_execution_time: '0',
      sql_safe_updates: 'OFF',
      range_optimizer_max_mem_size: '0',
    }),
    ...like('rows would be written that break a rule of their table', {
      foreign_key_checks: 'ON',
      unique_checks: 'ON',
      check_constraint_checks: 'ON',
      sql_if_exists: 'OFF',
      default_storage_engine: 'InnoDB',
      default_tmp_storage_engine: 'InnoDB',
    }),
    ...like('we would read what is out of date', {
      query_cache_type: 'OFF',
      wsrep_dirty_reads: 'OFF',
      use_secondary_engine: 'OFF',
      information_schema_stats_expiry: '0',
    }),
    {
      name: 'system_versioning_asof',
      value: 'DEFAULT',
      set: 'DEFAULT',
      otherwise: 'we would read earlier versions of rows',
    },
    ...like('we would misread what the server says of itself', {
      explain_format: 'TRADITIONAL',
      explain_json_format_version: '1',
      show_gipk_in_create_table_and_information_schema: 'ON',
      sql_quote_show_create: 'ON',
      lc_messages: 'en_US',
    }),
    ...like('connections would end, or wait, at other times than we expect', {
      // A transaction of ours is tried eight times: half a minute in all, then the run's own attempts and words.
      innodb_lock_wait_timeout: '3',
      // Of tables that somebody is altering: MySQL would wait for a year.
      lock_wait_timeout: '50',
      net_read_timeout: '60',
      net_write_timeout: '600',
      // The one setting that ends an idle transaction on both servers. The pool lets idle connections go before it strikes.
      wait_timeout: String(idleTransactionSeconds ?? 28_800),
      idle_transaction_timeout: '0',
      idle_write_transaction_timeout: '0',
      idle_readonly_transaction_timeout: '0',
    }),
  ];
}

/** Settings of one server alone: of each pair one is there. */
const EITHER = [
  ['tx_isolation', 'transaction_isolation'],
  ['tx_read_only', 'transaction_read_only'],
  ['max_statement_time', 'max_execution_time'],
];

/** Settings of one server alone, or of some versions or builds. */
const SOMEWHERE = new Set([
  'innodb_snapshot_isolation',
  'range_optimizer_max_mem_size',
  'check_constraint_checks',
  'sql_if_exists',
  'query_cache_type',
  'wsrep_dirty_reads',
  'use_secondary_engine',
  'information_schema_stats_expiry',
  'system_versioning_asof',
  'explain_format',
  'explain_json_format_version',
  'show_gipk_in_create_table_and_information_schema',
  'idle_transaction_timeout',
  'idle_write_transaction_timeout',
  'idle_readonly_transaction_timeout',
]);

/** Those that each server has, and this one does not know: it is none that we can trust. */
export function missingSettings(settings: SessionSetting[], known: ReadonlySet<string>): SessionSetting[] {
  return settings.filter(({ name }) => {
    if (known.has(name) || SOMEWHERE.has(name)) return false;
    const pair = EITHER.find((names) => names.includes(name));
    return !pair?.some((other) => known.has(other));
  });
}

/** Of each connection, whatever the server's own is. */
export const COLLATION = 'utf8mb4_bin';

const UNLIMITED = '18446744073709551615';
const CHARACTERS = 'what we escape could end its own quotes, and letters would be lost';

function like(otherwise: string, values: Record<string, string>): SessionSetting[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, otherwise }));
}

/** As the server reads it in SET SESSION. */
export function assignment({ name, value, set }: SessionSetting): string {
  return `${name} = ${set ?? (/^\d+$/.test(value) ? value : `'${value}'`)}`;
}

/** Whether what the server says is what was wanted: it orders modes, and writes 0 for OFF or 0.000000 for 0, as it likes. */
export function isKept({ name, value }: SessionSetting, answer: string): boolean {
  if (name === 'sql_mode') return modes(answer) === modes(value);
  if (value === 'ON') return /^(on|1)$/i.test(answer);
  if (value === 'OFF') return /^(off|0)$/i.test(answer);
  return answer.toLowerCase().replace(/^(\d+)\.0+$/, '$1') === value.toLowerCase();
}

function modes(list: string): string {
  return list.toUpperCase().split(',').sort().join();
}
