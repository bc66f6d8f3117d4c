import type { Mutant } from '../mutant';

export const MIGRATE_MUTANTS: Mutant[] = [
  {
    file: 'src/books/migrate.ts',
    from: 'CREATE DATABASE IF NOT EXISTS',
    to: 'CREATE DATABASE',
    fault: 'a start that was killed before its tables keeps every later one from starting',
    promise: 'C81',
    red: { 'test/books/migrate.test.ts': ['killed after any statement of the making'] },
  },
  {
    file: 'src/books/migrate.ts',
    from: '  if (rows.length > 0) return requireSame(db, table);\n',
    to: '',
    fault: 'a table that is not ours is taken for ours',
    promise: 'C81',
    red: { 'test/books/migrate.test.ts': ['a table of that name which is not ours is named'] },
  },
  {
    file: 'src/books/migrate.ts',
    from: '  if (done !== null && (await sql.raw(done).execute(db)).rows.length > 0) return;\n',
    to: '',
    fault: 'an upgrade that was given up half-way cannot be finished',
    promise: 'C81',
    red: {
      'test/books/migrate.test.ts': [
        'killed after any statement of the making',
        'an upgrade that was given up half-way',
      ],
    },
  },
  {
    file: 'src/books/migrate.ts',
    from: 'await withSchemaLock(connection, ledgerSchema, async () => {\n',
    to: 'await withSchemaLock(connection, randomUUID(), async () => {\n',
    fault: 'two upgrades run at once',
    promise: 'C83',
    red: { 'test/books/migrate.test.ts': ['another client that holds the lock is waited for in bounds'] },
  },
  {
    file: 'src/books/migrate.ts',
    from: 'export const LOCK_SECONDS = 20;',
    to: 'export const LOCK_SECONDS = 70;',
    fault: 'a start waits for a lock without an end that anybody waits for',
    promise: 'C81',
    red: { 'test/books/migrate.test.ts': ['another client that holds the lock is waited for in bounds'] },
  },
  {
    file: 'src/books/migrate.ts',
    from: '  if ((await missing(db)).length === 0) return;\n',
    to: '',
    fault: 'a whole ledger waits for a lock that it does not need',
    promise: 'C81',
    red: { 'test/books/migrate.test.ts': ["other programs' locks are no concern of ours"] },
  },
  {
    file: 'src/books/migrations/0002-hold-kind.ts',
    from: 'WHEN hold_reason IS NULL THEN NULL',
    to: 'WHEN hold_kind IS NOT NULL THEN hold_kind WHEN hold_reason IS NULL THEN NULL',
    fault: 'an upgrade keeps what a hold of before meant',
    promise: 'C83',
    red: { 'test/books/migrate.test.ts': ['an upgrade that was given up half-way'] },
  },
  {
    file: 'src/books/migrations/0002-hold-kind.ts',
    from: "        WHEN hold_reason LIKE 'Before the reminder:%' THEN 'reminder'\n",
    to: '',
    fault: 'after an upgrade resume means something else',
    promise: 'C83',
    red: {
      'test/books/migrate.test.ts': ['a run that held before holds had a kind keeps what resume means there'],
    },
  },
  {
    file: 'src/books/ledger-identity.ts',
    from: 'INSERT IGNORE INTO ledger',
    to: 'INSERT INTO ledger',
    fault: 'a start over a ledger that is there fails',
    promise: 'C81',
    red: { 'test/books/migrate.test.ts': ['killed after any statement of the making'] },
  },
];
