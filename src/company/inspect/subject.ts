import type { QueryExecutorProvider } from 'kysely';
import type { DatabaseMapping } from '../../incident/database-schema';
import type { CompanyCatalog } from '../catalog';

/** What is inspected: the file's mapping on this very server, as this very user. Times are milliseconds since 1970. */
export interface Subject {
  db: QueryExecutorProvider;
  companySchema: string;
  mapping: DatabaseMapping;
  catalog: CompanyCatalog;
  cutoff: number;
  now: number;
}
