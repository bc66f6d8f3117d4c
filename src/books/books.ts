import type { Company } from '../company/company';
import { inSnapshot, inTransaction } from '../company/in-transaction';
import { keyToSql, type SqlKey } from '../company/key-column';
import type { AuditHead } from '../incident/audit-head';
import type { CustomerId, Wave } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';

/** The books of one incident without the company's tables: enough for its gate, its decisions and its audit. */
export interface BareBooks {
  /** The pool; within a transaction the connection that it runs on. */
  db: LedgerDatabase;
  /** Our number of the incident, in every table. */
  incident: number;
  /** Takes each new head of the audit chain out of the database, once the transaction that moved it is committed (I6). */
  keepHead?: KeepHead | undefined;
}

/** A head of an audit chain, and whose it is. */
export interface NewHead extends AuditHead {
  /** The ledger's id. */
  ledger: string;
  /** The incident's, as its file has it; null: of the chain of files that were not started. */
  incident: string | null;
  /** What was decided, by all entries of the transaction. */
  action: string;
  /** UTC, as the database has it. */
  at: string;
}

/** Never throws: what is decided stands, wherever its head could be kept. */
export type KeepHead = (head: NewHead) => Promise<void>;

/** The books of one incident: its rows in our ledger, beside the company's tables. Made once a process (openBooks), handed on whole. */
export interface Books extends BareBooks {
  company: Company;
  /** 32 octets, this incident's own: of its Message-IDs, and of what stands for its customers' keys (stand-ins.ts). */
  messageKey: Buffer;
}

/** The books as one wave of notices reads them. */
export interface WaveBooks extends Books {
  wave: Wave;
  /** A reminder goes to whom the notice was sent so long ago. */
  remindAfterSeconds: number;
}

/**
 * One transaction: `work` gets the same books over its connection. Repeated after a deadlock, as inTransaction says. The audit's new
 * head is kept after the COMMIT: one that was rolled back would accuse a chain that is whole.
 */
export async function transaction<B extends BareBooks, T>(
  books: B,
  work: (books: B) => Promise<T>,
): Promise<T> {
  let head: NewHead | null = null;
  let actions: string[] = [];
  const keepHead: KeepHead = async (newest) => {
    actions.push(newest.action);
    head = { ...newest, action: actions.join(', ') };
  };
  const result = await inTransaction(books.db, (db) => {
    head = null;
    actions = [];
    return work({ ...books, db, keepHead });
  });
  if (head !== null) await books.keepHead?.(head);
  return result;
}

/** The books as they are at one moment: `work` gets them over a connection that only reads. */
export function snapshot<B extends BareBooks, T>(books: B, work: (books: B) => Promise<T>): Promise<T> {
  return inSnapshot(books.db, (db) => work({ ...books, db }));
}

/** A customer's key on its way into a statement. */
export function keyOf({ company }: Pick<Books, 'company'>, customerId: CustomerId): SqlKey {
  return keyToSql(company.keyColumn, customerId);
}
