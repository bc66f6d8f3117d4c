import type { CustomerId } from '../incident/vocabulary';
import type { SqlKey } from './ledger-tables';

/**
 * The company's key column and how its values travel. Integers go as bigint (a string would be compared as a
 * double, which merges neighbours above 2^53), text as string, binary as Buffer.
 */
export interface KeyColumn {
  /** As information_schema shows it, with charset and collation: the type of every `customer_id` of ours. */
  sqlType: string;
  kind: 'integer' | 'text' | 'binary';
}

export function keyToSql(column: KeyColumn, id: CustomerId): SqlKey {
  if (column.kind === 'integer') return BigInt(id);
  return column.kind === 'binary' ? Buffer.from(id, 'hex') : id;
}

export function keyFromSql(value: SqlKey): CustomerId {
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value);
}
