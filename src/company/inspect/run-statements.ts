import { type RawBuilder, sql } from 'kysely';
import type { RevokeEntry } from '../../incident/database-schema';
import { EXPIRE_ROWS_PER_TRANSACTION } from '../../incident/range-plan';
import type { KeyRange } from '../../incident/vocabulary';
import { type Company, customerColumn, sourceName } from '../company';
import { endingWords, revokeOrder } from '../entries';
import { firstChunk, freezeCohort, retirePasswords } from '../expire-statements';
import { customerQuery } from '../find-customer';
import { keyToSql } from '../key-column';
import { leftoverChecks, unprovableChecks } from '../leftover-checks';
import { linkValue } from '../link-column';
import { stepQuery } from '../next-ranges';
import { fingerprintsBack, isBack } from '../passwords';
import { reappearedQuery } from '../reappeared';
import { ownersQuery, revokeByList, revokeByRange, VALUES_AT_ONCE } from '../revoke';
import { pageQuery } from '../scan-customers';

/** A statement of the run that reads or writes the company's tables. */
export interface RunStatement {
  /** Completes "The database refuses ...". */
  doing: string;
  /** EXPLAINed in place of the statement itself where that writes into a table of ours. */
  statement: RawBuilder<unknown>;
  /** The run sends it once for so many customers; null: once in all, and it reads everything. */
  customersEach: number | null;
  /** The company's tables in it, by their alias. */
  aliases: Record<string, string>;
}

/** Every statement of a run, by the functions that build them for the run. @param range of the first chunk. */
export function runStatements(company: Company, range: KeyRange, now: number): RunStatement[] {
  const { retire, revoke } = company.mapping;
  const source = sourceName(company);
  const chunk = firstChunk(range, now);
  const again = { ...chunk, fresh: false, passedOver: true, earlier: [0] };
  const each = (
    doing: string,
    statement: RawBuilder<unknown>,
    aliases: Record<string, string>,
    customersEach = EXPIRE_ROWS_PER_TRANSACTION,
  ) => ({
    doing,
    statement,
    customersEach,
    aliases,
  });
  const once = (doing: string, statement: RawBuilder<unknown>) => ({
    doing,
    statement,
    customersEach: null,
    aliases: {},
  });
  const inSource = { c: source, t: retire.map(({ table }) => table).join(' or ') };
  return [
    each('finding the next chunk of customers', stepQuery(company, EXPIRE_ROWS_PER_TRANSACTION), {
      w: source,
    }),
    each('reading a chunk of customers', freezeCohort(company, chunk), inSource),
    each('reading a chunk of customers again', freezeCohort(company, again), inSource),
    each(
      'checking whether a retired password is back',
      sql`SELECT ${fingerprintsBack(company)} FROM cohort k WHERE ${isBack(company)}`,
      inSource,
    ),
    ...retire.flatMap((entry, i) => {
      const doing = `expiring ${entry.table}.${entry.column}`;
      const aliases = { c: entry.table, t: entry.table };
      return [
        each(doing, retirePasswords(company, chunk, i), aliases),
        each(`${doing} again`, retirePasswords(company, again, i), aliases),
        each(
          `checking whether ${entry.table}.${entry.column} is rewritten`,
          reappearedQuery(company, i, { incident: 0, range, now }),
          aliases,
        ),
      ];
    }),
    ...revokeOrder(revoke).flatMap((entry) => {
      const doing = endingWords(entry);
      const byRange = revokeByRange(company, entry, chunk);
      if (byRange !== null) return [each(doing, byRange, {})];
      const aliases = { c: source, v: entry.via?.table ?? '', t: entry.table };
      const value = exampleValue(company, entry, range);
      return [
        each(`finding whose rows of ${entry.table} end`, ownersQuery(company, entry, chunk), aliases),
        ...(value === null
          ? []
          : [
              each(
                doing,
                revokeByList(company, entry, chunk, [{ value, limit: limitExample(entry) }]),
                {},
                VALUES_AT_ONCE,
              ),
            ]),
      ];
    }),
    each(
      'reading the customers',
      pageQuery(company, { now, earlier: null }, keyToSql(company.keyColumn, range.upTo)),
      inSource,
    ),
    ...[...leftoverChecks(company, 0, now), ...unprovableChecks(company, 0, now)].map(({ what, alive }) =>
      once(`counting what is left (${what})`, sql`SELECT COUNT(*) AS alive ${alive}`),
    ),
    once(
      'looking a customer up by key',
      customerQuery(
        company,
        sql`${customerColumn(company, 'key')} = ${keyToSql(company.keyColumn, range.upTo)}`,
      ),
    ),
    once(
      'looking a customer up by address',
      customerQuery(company, sql`${customerColumn(company, 'email')} = ${'a@b.test'}`),
    ),
  ];
}

/** A value as the link would have it; null: the key of this customer cannot be written in the link's form. */
function exampleValue(company: Company, entry: RevokeEntry, { upTo }: KeyRange) {
  if (entry.email !== undefined) return 'a@b.test';
  const link = company.links.get(entry)!;
  if (entry.via === undefined) return linkValue(company.keyColumn, link, upTo);
  return link.kind === 'integer' ? 1n : link.kind === 'binary' ? Buffer.alloc(link.length ?? 16) : '1';
}

function limitExample({ createdAt }: RevokeEntry): string | number {
  return createdAt?.as === 'datetime' || createdAt?.as === 'timestamp' ? '2012-01-15 23:00:00' : 1;
}
