import type { Company } from '../company/company';
import { inSnapshot, inTransaction } from '../company/in-transaction';
import { keyToSql, type SqlKey } from '../company/key-column';
import type { CustomerId, Wave } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';

/** The books of one incident without the company's tables: enough for its gate, its decisions and its audit. */
export interface BareBooks {
  /** The pool; within a transaction the connection that it runs on. */
  db: LedgerDatabase;
  /** Our number of the incident, in every table. */
  incident: number;
}

/** The books of one incident: its rows in our ledger, beside the company's tables. Made once a process (openBooks), handed on whole. */
export interface Books extends BareBooks {
  company: Company;
}

/** The books as one wave of notices reads them. */
export interface WaveBooks extends Books {
  wave: Wave;
  /** A reminder goes to whom the notice was sent so long ago. */
  remindAfterSeconds: number;
}

/** One transaction: `work` gets the same books over its connection. Repeated after a deadlock, as inTransaction says. */
export function transaction<B extends BareBooks, T>(books: B, work: (books: B) => Promise<T>): Promise<T> {
  return inTransaction(books.db, (db) => work({ ...books, db }));
}

/** The books as they are at one moment: `work` gets them over a connection that only reads. */
export function snapshot<B extends BareBooks, T>(books: B, work: (books: B) => Promise<T>): Promise<T> {
  return inSnapshot(books.db, (db) => work({ ...books, db }));
}

/** A customer's key on its way into a statement. */
export function keyOf({ company }: Pick<Books, 'company'>, customerId: CustomerId): SqlKey {
  return keyToSql(company.keyColumn, customerId);
}
