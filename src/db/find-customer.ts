import { type RawBuilder, sql } from 'kysely';
import type { CustomerId } from '../incident/vocabulary';
import { type Company, customersTable, hasPassword, instantOf } from './company-tables';
import { keyFromSql, keyToSql } from './key-column';
import type { SqlKey } from './ledger-tables';
import type { LedgerDatabase } from './open-database';

/** A customer as the company's table has them now. Never a hash. Times are ISO 8601 in UTC, null where unknown (C30). */
export interface FoundCustomer {
  id: CustomerId;
  email: string | null;
  createdAt: string | null;
  hasPassword: boolean;
  passwordSetAt: string | null;
  /** Of the last expiry, by whichever incident. */
  passwordExpiredAt: string | null;
}

/** Everybody with one address, at most. */
const LIMIT = 50;

/**
 * Who has this id or e-mail address; several may share an address, compared as the column's collation does. By the key and the
 * address's index, so in milliseconds at any size (the dry run says when there is no index).
 * @param idOrEmail a UUID or hex digits where the key is binary.
 */
export async function findCustomer(
  db: LedgerDatabase,
  company: Company,
  idOrEmail: string,
): Promise<FoundCustomer[]> {
  const asked = idOrEmail.trim();
  const { customers } = company.mapping;
  const key = keyOf(company, asked);
  const byKey = key === null ? [] : await find(db, company, sql`${sql.id('c', customers.id)} = ${key}`);
  if (byKey.length > 0 || asked === '') return byKey;
  return find(db, company, sql`${sql.id('c', customers.email)} = ${asked}`);
}

/** What was typed as a key; null where it cannot be one of this kind. */
export function keyOf({ keyColumn }: Company, asked: string): SqlKey | null {
  if (keyColumn.kind === 'integer') return /^-?\d{1,38}$/.test(asked) ? BigInt(asked) : null;
  if (keyColumn.kind === 'text') return asked === '' ? null : asked;
  const hex = asked.replace(/^0x/i, '').replaceAll('-', '').toLowerCase();
  return /^(?:[0-9a-f]{2})+$/.test(hex) ? keyToSql(keyColumn, hex) : null;
}

async function find(db: LedgerDatabase, company: Company, condition: RawBuilder<unknown>) {
  const { companySchema, mapping } = company;
  const { id, email, createdAt, passwordSetAt, passwordExpiredAt } = mapping.customers;
  const c = (column: string) => sql.id('c', column);
  const { rows } = await sql<{
    id: SqlKey;
    email: string | null;
    created_at: string | null;
    has_password: number;
    set_at: string | null;
    expired_at: string | null;
  }>`
    SELECT ${c(id)} AS id, ${c(email)} AS email, ${c(createdAt)} AS created_at, ${hasPassword(mapping, 'c')} AS has_password,
      ${c(passwordSetAt)} AS set_at, ${c(passwordExpiredAt)} AS expired_at
    FROM ${customersTable(companySchema, mapping)} c WHERE ${condition} ORDER BY ${c(id)} LIMIT ${sql.lit(LIMIT)}`.execute(
    db,
  );
  const instant = (time: string | null) => instantOf(time, mapping.timeZone);
  return rows.map(
    (row): FoundCustomer => ({
      id: keyFromSql(row.id),
      email: row.email,
      createdAt: instant(row.created_at),
      hasPassword: Number(row.has_password) === 1,
      passwordSetAt: instant(row.set_at),
      passwordExpiredAt: instant(row.expired_at),
    }),
  );
}
