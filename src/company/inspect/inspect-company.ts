import type { QueryExecutorProvider } from 'kysely';
import type { DatabaseMapping } from '../../incident/database-schema';
import type { KeyRange } from '../../incident/vocabulary';
import { findColumn, readCatalog } from '../catalog';
import { type Company, NO_FINGERPRINT_KEY, readCompany, sourceName } from '../company';
import { entryPath } from '../entries';
import { UnusableKeyError } from '../key-column';
import { linkName } from '../link-column';
import { planRanges } from '../next-ranges';
import { type CompanyFinding, type Subject, stops, warns } from './finding';
import { inspectConditions } from './inspect-conditions';
import { inspectCredentials } from './inspect-credentials';
import { inspectDeadValues } from './inspect-dead-values';
import { inspectDeletions } from './inspect-deletions';
import { inspectLinks, inspectRetireKeys, inspectSelectKey } from './inspect-links';
import { inspectNames, type Named } from './inspect-names';
import { inspectOwners } from './inspect-owners';
import { inspectServer } from './inspect-server';
import { inspectShops, inspectSource } from './inspect-source';
import { inspectStatements } from './inspect-statements';
import {
  inspectAddressIndex,
  inspectIndexes,
  inspectTables,
  type LookedUpBy,
  type WrittenTable,
} from './inspect-tables';
import { inspectTime } from './inspect-times';
import { inspectTriggers } from './inspect-triggers';
import { refusalOf, refusedSource } from './refusal';
import type { RunStatement } from './run-statements';

export interface Inspected {
  companySchema: string;
  /** Ours beside it, which need not be there. */
  ledgerSchema: string;
  mapping: DatabaseMapping;
  /** Statements of the run that are built outside of this room. */
  claims?: (company: Company, range: KeyRange) => RunStatement[];
}

export interface Inspection {
  findings: CompanyFinding[];
  /** False: something in `findings` is in the way, and the server was not asked about the statements of the run. */
  statementsTried: boolean;
}

/**
 * What would stop or harm a run on this database, all of it at once, each with what to do that works on this very server: found
 * without changing anything, and needs no ledger. What reads every row is counted apart (count-retire.ts, count-revoke.ts).
 * @param cutoff of the incident, ISO 8601. @param now milliseconds since 1970.
 */
export async function inspectCompany(
  db: QueryExecutorProvider,
  { companySchema, ledgerSchema, mapping, claims = () => [] }: Inspected,
  cutoff: string,
  now: number,
): Promise<Inspection> {
  const catalog = await readCatalog(db, companySchema);
  const subject: Subject = { db, companySchema, mapping, catalog, cutoff: Date.parse(cutoff), now };
  const named = inspectNames(subject);
  const written = writtenTables(mapping, named);
  const conditions = await inspectConditions(subject, named);
  const source = named.customers ? await inspectSource(subject) : [];
  const dead = await inspectDeadValues(subject, deadValues(mapping, named));
  const times = inspectTimes(subject, named);
  // A statement over names that are not there, or over values that do not fit, would only repeat it.
  const whole = [named.findings, conditions, source, dead, times].every(({ length }) => length === 0);
  const keys = await inspectKeys(subject, named, { claims, whole });
  const findings = [
    ...named.findings,
    ...source,
    ...inspectShops(subject),
    ...conditions,
    ...inspectOwners(subject, named),
    ...dead,
    ...times,
    ...inspectTables(subject, written),
    ...(named.customers ? inspectAddressIndex(subject) : []),
    ...keys.findings,
    ...inspectTriggers(subject, written),
    ...inspectDeletions(subject),
    ...inspectCredentials(subject, named.meant),
    ...(await inspectServer(db, ledgerSchema)),
  ];
  return { findings, statementsTried: keys.statementsTried };
}

/** Keys and links, and then every statement that goes by them. */
async function inspectKeys(
  subject: Subject,
  named: Named,
  { claims, whole }: { claims: (company: Company, range: KeyRange) => RunStatement[]; whole: boolean },
): Promise<Inspection> {
  const { db, companySchema, mapping } = subject;
  const keyed =
    named.customers && (mapping.customers.table !== undefined || named.retire.includes(mapping.retire[0]!));
  if (!keyed) return untried([]);
  let company: Company;
  try {
    company = await readCompany(
      db,
      companySchema,
      { database: mapping, cutoff: new Date(subject.cutoff).toISOString() },
      NO_FINGERPRINT_KEY,
    );
  } catch (error) {
    if (error instanceof UnusableKeyError) return untried([stops(error.what, error.todo)]);
    throw error;
  }
  const { keyColumn, links } = company;
  const lookedUp = lookedUpBy(mapping, named);
  const unindexed = inspectIndexes(subject, lookedUp);
  const findings = [
    ...(whole ? await inspectSelectKey(subject, keyColumn) : []),
    ...inspectRetireKeys(subject, keyColumn, named.retire),
    ...inspectLinks(subject, keyColumn, links, named.revoke),
  ];
  if (!whole || findings.length > 0) return untried([...findings, ...unindexed]);
  const run = await inspectRun(subject, company, claims, lookedUp);
  return { ...run, findings: [...unindexed, ...run.findings] };
}

function untried(findings: CompanyFinding[]): Inspection {
  return { findings, statementsTried: false };
}

const FEW_KEYS = 100;

async function inspectRun(
  subject: Subject,
  company: Company,
  claims: (company: Company, range: KeyRange) => RunStatement[],
  lookedUp: LookedUpBy[],
): Promise<Inspection> {
  let range: Awaited<ReturnType<typeof planRanges>>[number] | undefined;
  const refusal = await refusalOf(async () => {
    const plan = { source: company, keyColumn: company.keyColumn, after: null, size: FEW_KEYS, count: 1 };
    [range] = await planRanges(subject.db, plan);
  });
  if (refusal !== null) return untried([refusedSource(company.mapping, refusal)]);
  if (range === undefined) {
    const nobody = warns(
      `There is nobody in ${sourceName(company)}`,
      'check that DATABASE_URL names the right schema',
    );
    return { findings: [nobody], statementsTried: true };
  }
  const unindexed = lookedUp
    .filter((lookup) => inspectIndexes(subject, [lookup]).length > 0)
    .map(({ table }) => table);
  const findings = await inspectStatements(subject, company, {
    range,
    claims: claims(company, range),
    unindexed,
  });
  return { findings, statementsTried: true };
}

function writtenTables(mapping: DatabaseMapping, named: Named): WrittenTable[] {
  return [
    ...named.retire.map((entry): WrittenTable => {
      return { path: entryPath(mapping, entry), table: entry.table, what: 'password' };
    }),
    ...named.revoke.map((entry): WrittenTable => {
      const what = entry.column === undefined ? 'rows' : 'value';
      return { path: entryPath(mapping, entry), table: entry.table, what };
    }),
  ];
}

function deadValues(mapping: DatabaseMapping, named: Named) {
  return [
    ...named.retire.map((entry) => ({ ...entry, path: entryPath(mapping, entry) })),
    ...named.revoke.flatMap((entry) => {
      const { table, column, dead } = entry;
      if (column === undefined) return [];
      return [{ path: entryPath(mapping, entry), table, key: linkName(entry), column, dead: dead! }];
    }),
  ];
}

function inspectTimes({ catalog, mapping }: Subject, named: Named): CompanyFinding[] {
  return [
    ...named.retire.flatMap((entry) => {
      const { table, setAt } = entry;
      if (setAt === undefined) return [];
      const use = { use: 'setAt', path: entryPath(mapping, entry) } as const;
      return inspectTime(findColumn(catalog, table, setAt.column)!, setAt, use);
    }),
    ...named.revoke.flatMap((entry) => {
      const { table, createdAt } = entry;
      if (createdAt === undefined) return [];
      const use = { use: 'createdAt', path: entryPath(mapping, entry) } as const;
      return inspectTime(findColumn(catalog, table, createdAt.column)!, createdAt, use);
    }),
  ];
}

function lookedUpBy(mapping: DatabaseMapping, named: Named): LookedUpBy[] {
  const { customers } = mapping;
  return [
    ...named.retire.map((entry) => {
      return { path: `${entryPath(mapping, entry)}.key`, table: entry.table, column: entry.key };
    }),
    ...named.revoke.flatMap((entry) => {
      const path = entryPath(mapping, entry);
      return [
        {
          path: `${path}.${entry.key === undefined ? 'email' : 'key'}`,
          table: entry.table,
          column: linkName(entry),
          where: entry.where,
        },
        ...(entry.via ? [{ path: `${path}.via.key`, table: entry.via.table, column: entry.via.key }] : []),
      ];
    }),
    ...(customers.table === undefined
      ? []
      : [{ path: 'customers.key', table: customers.table, column: customers.key }]),
  ];
}
