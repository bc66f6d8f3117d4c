import { sql } from 'kysely';
import { createReferenceSchema } from '../../scripts/seed/reference-schema';
import { claimStatements } from '../../src/books/candidates';
import { type Database, openDatabase } from '../../src/books/open-database';
import { isMariaDb } from '../../src/company/dialect';
import type { CompanyFinding } from '../../src/company/inspect/finding';
import { inspectCompany } from '../../src/company/inspect/inspect-company';
import { databaseSchema } from '../../src/incident/database-schema';
import { type OwnSchema, ownSchema } from '../own-schema';
import { BEFORE, CUTOFF } from './own-company';
import { type MappingInput, referenceMapping } from './reference-mapping';

/** Something about a schema, and what the dry run must find. */
export interface InspectionCase {
  /** SQL, before; %s is the company's schema. */
  make?: string[];
  mapping?: MappingInput;
  /** The findings, in order: severity and what, then todo. */
  expected: [what: RegExp, todo: RegExp][];
  /** The file after the advice was followed: then nothing is found. */
  followed?: MappingInput;
  /** A table that only one of the servers can make. */
  only?: 'mariadb' | 'mysql';
}

/** A test for each case, on a fresh reference schema. */
export function testInspection(cases: Record<string, InspectionCase>): void {
  const inspection = ownInspection();
  test.each(Object.entries(cases))('%s', async (_, { make = [], mapping, expected, followed, only }) => {
    if (only !== undefined && only !== (await inspection.server())) return;
    await inspection.run(...make);
    const findings = await inspection.inspect(mapping);
    expect(findings.map(words)).toEqual(
      expected.map(([what, todo]) => [expect.stringMatching(what), expect.stringMatching(todo)]),
    );
    for (const { what, todo } of findings) expect(`${what} ${todo}`).not.toMatch(/\balter\b/i);
    if (followed !== undefined) expect((await inspection.inspect(followed)).map(words)).toEqual([]);
  });
}

/** The reference schema with one customer, made anew for each test. */
export function ownInspection() {
  let schema: OwnSchema;
  let database: Database;
  const run = async (...statements: string[]) => {
    for (const statement of statements)
      await sql.raw(statement.replaceAll('%s', `\`${database.companySchema}\``)).execute(database.db);
  };
  beforeEach(async () => {
    schema = await ownSchema('inspect');
    database = openDatabase(schema.url, { ledgerExists: false, connections: 1 });
    await createReferenceSchema(database.db, database.companySchema);
    await run(`INSERT INTO %s.customers (id, created_at, password_hash) VALUES (1, '${BEFORE}', 'h')`);
  });
  afterEach(async () => {
    await database.close();
    await schema.drop();
  });
  return {
    run,
    inspect: async (mapping: MappingInput = referenceMapping()): Promise<CompanyFinding[]> => {
      const { companySchema, ledgerSchema } = database;
      const parsed = databaseSchema.parse(mapping);
      const inspected = { companySchema, ledgerSchema, mapping: parsed, claims: claimStatements };
      return (await inspectCompany(database.db, inspected, CUTOFF, Date.now())).findings;
    },
    server: async () => ((await isMariaDb(database.db)) ? 'mariadb' : 'mysql'),
  };
}

/** A finding as the cases have it. */
export function words({ severity, what, todo }: CompanyFinding): [string, string] {
  return [`${severity} ${what}`, todo];
}

/** The reference mapping with something else in one place. */
export function changed(change: (mapping: ReturnType<typeof referenceMapping>) => void): MappingInput {
  const mapping = referenceMapping();
  change(mapping);
  return mapping;
}

/** The reference mapping with the customers as a SELECT. */
export const select = (text: string, more: Partial<MappingInput['customers']> = {}) =>
  changed((mapping) => {
    const { table: _, ...customers } = mapping.customers;
    mapping.customers = { ...customers, select: text, ...more } as typeof mapping.customers;
  });

export const time = (column: string) => ({ column, as: 'datetime' as const, zone: 'UTC' });
