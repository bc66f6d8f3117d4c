import type { QueryExecutorProvider } from 'kysely';
import type { CustomerId } from '../../incident/vocabulary';
import { type CompanyCatalog, isIndexed } from '../catalog';
import type { Company } from '../company';
import type { ScanView } from '../scan-customers';
import {
  type CustomerCounts,
  countCustomers,
  countSourceKeys,
  type SourceKeys,
  someLeftOut,
} from './count-customers';
import { countMostOfOne, countRetire, type RetireCounts } from './count-retire';
import { countRevoke, type RevokeCounts } from './count-revoke';
import { countUnmappedKeys, type UnmappedKeys } from './count-unmapped-keys';

/** Everything that the run would find if it began now. */
export interface Counts {
  customers: CustomerCounts;
  /** Null: an index says that each is one customer. */
  sourceKeys: SourceKeys | null;
  /** Some ids of those whom each reason leaves out. */
  leftOut: CustomerId[][];
  retire: RetireCounts[];
  /** Usable passwords of one customer, at most. */
  mostPasswords: number;
  revoke: RevokeCounts[];
  unmappedKeys: UnmappedKeys[];
}

/** Reads every customer, and every row of every table that the file names, once. Changes nothing. */
export async function countAll(
  db: QueryExecutorProvider,
  company: Company,
  { catalog, emailIndexed, ...view }: ScanView & { catalog: CompanyCatalog; emailIndexed: boolean },
): Promise<Counts> {
  const { table } = company.mapping.customers;
  const isTable = catalog.tables.some(({ name, kind }) => name === table && kind !== 'view');
  const retire = await countRetire(db, company, view.now);
  return {
    customers: await countCustomers(db, company, view),
    sourceKeys: await countSourceKeys(db, company, isTable),
    leftOut: await someLeftOut(db, company, view.now),
    retire,
    mostPasswords: await countMostOfOne(db, company, retire),
    revoke: await countRevoke(db, company, {
      ...view,
      emailIndexed,
      isTable,
      isIndexed: (name, column) => isIndexed(catalog, name, column),
    }),
    unmappedKeys: await countUnmappedKeys(db, company, catalog),
  };
}
