import { claimStatements } from '../books/candidates';
import {
  countEarlier,
  type EarlierIncident,
  earlierCohorts,
  type LedgerBefore,
  ledgerBefore,
} from '../books/earlier-incidents';
import { type Database, openDatabase } from '../books/open-database';
import { readCatalog } from '../company/catalog';
import { type Company, NO_FINGERPRINT_KEY, readCompany } from '../company/company';
import { type Counts, countAll } from '../company/count/count-all';
import {
  type CustomerCounts,
  countSharedAddresses,
  type SharedAddresses,
} from '../company/count/count-customers';
import { parseDatabaseUrl, weaknessOf } from '../company/database-url';
import { isEmailIndexed } from '../company/find-customer';
import { type CompanyFinding, stops, waits, warns } from '../company/inspect/finding';
import { inspectCompany } from '../company/inspect/inspect-company';
import { inspectValues } from '../company/inspect/inspect-conditions';
import { inspectCounts } from '../company/inspect/inspect-counts';
import { inspectNewcomers } from '../company/inspect/inspect-customer-counts';
import { inspectDeletedPasswords } from '../company/inspect/inspect-deletions';
import { inspectPackets, largestStatements, packetBytes } from '../company/inspect/inspect-packets';
import { isNameless, keyBytesOf, UnusableKeyError } from '../company/key-column';
import { firstChunk } from '../company/next-ranges';
import { printExpiry } from '../company/print-expiry';
import { scanCustomers } from '../company/scan-customers';
import type { VariantTable } from '../incident/choose-variant';
import { type Classification, classifyCustomers } from './classify-customers';
import { judgeVariants } from './judge-notices';
import type { CompanyIncident } from './prepare-incident';

/** What a run would find and do in the company's database, as of now. */
export interface DryRunCompany {
  findings: CompanyFinding[];
  /** Null: not asked for, or something in `findings` is in the way. */
  counts: CustomerCounts | null;
  /** Of each entry of the file, in its order. */
  entries: Omit<Counts, 'customers'> | null;
  /** What earlier incidents did with the customers of this one. */
  earlier: EarlierIncident[];
  classification: Classification | null;
  /** Null also where the address has no index and the table is large: the server would sort the table for minutes. */
  shared: SharedAddresses | null;
  /** Of one range's transaction, exactly as they would be sent. */
  statements: string[];
}

export interface CompanyRequest {
  incident: CompanyIncident;
  offersSmtputf8: boolean | null;
  /** `entries`: only what each entry of the file would do, which may stop a start. */
  count: 'all' | 'entries' | 'nothing';
  progress?: ((customers: number) => void) | undefined;
}

export async function dryRunCompany(databaseUrl: string, request: CompanyRequest): Promise<DryRunCompany> {
  const database = openDatabase(databaseUrl, { ledgerExists: false, connections: 3 });
  const { db, companySchema, ledgerSchema } = database;
  const { incident } = request;
  const now = Date.now();
  try {
    const inspected = { companySchema, ledgerSchema, mapping: incident.database, claims: claimStatements };
    const weakness = weaknessOf(parseDatabaseUrl(databaseUrl));
    const before = await ledgerBefore(database, incident.id);
    const company = await readCompany(
      db,
      companySchema,
      incident,
      before.fingerprintKey ?? NO_FINGERPRINT_KEY,
    ).catch(toldByInspection);
    const packets = inspectPackets(
      await packetBytes(db),
      largestStatements(incident.file, keyBytesOf(company?.keyColumn.sqlType ?? '')),
    );
    const inspection = await inspectCompany(db, inspected, incident.cutoff, now);
    const findings = [
      ...inspection.findings,
      ...(packets === null ? [] : [stops(packets.what, packets.todo)]),
      ...(weakness === null ? [] : [warns(weakness.what, weakness.todo)]),
      ...(inspection.statementsTried ? [] : [waits(UNTRIED)]),
    ];
    const nothing: DryRunCompany = {
      findings,
      counts: null,
      entries: null,
      earlier: [],
      classification: null,
      shared: null,
      statements: [],
    };
    if (company === null) {
      const unknown = { nothing: [], entries: [UNCOUNTED], all: [UNCOUNTED, UNREAD] }[request.count];
      return { ...nothing, findings: [...findings, ...unknown.map(waits)] };
    }
    return await countIn(database, company, { ...request, before, now, nothing });
  } finally {
    await database.close();
  }
}

const UNTRIED =
  'Your server has not tried every value, time and key of the file, nor each statement of the run: whether this user may run it, and how many rows it would read';
const UNCOUNTED = 'What each entry of the file would do was not counted';
const UNREAD =
  "The customers were not read: who would get which notice, and whether somebody's law has no words in their language";
const UNSHOWN = 'The statements that the run would send cannot be shown';

/** An unusable key is a finding of the inspection. */
function toldByInspection(error: unknown): null {
  if (error instanceof UnusableKeyError) return null;
  throw error;
}

interface CountRequest extends CompanyRequest {
  before: LedgerBefore;
  now: number;
}

/** Each count on its own: what keeps one of them from being known need not keep the others. */
async function countIn(
  database: Database,
  company: Company,
  { nothing, ...request }: CountRequest & { nothing: DryRunCompany },
): Promise<DryRunCompany> {
  const { count, now } = request;
  const values = count === 'nothing' ? [] : await inspectValues(database.db, company);
  const told = new Set(nothing.findings.map(({ what }) => what));
  const inspected = [...nothing.findings, ...values.filter(({ what }) => !told.has(what))];
  const blocked = inspected.some(({ severity }) => severity === 'stops');
  const statements = await asked(() => statementsOf(database, company, now), UNSHOWN, blocked);
  const uncounted = { ...nothing, statements: statements.answer ?? [] };
  const findings = [...inspected, ...statements.findings];
  if (count === 'nothing') return { ...uncounted, findings };
  const tally = await asked(() => countEntries(database, company, request), UNCOUNTED, blocked);
  findings.push(...tally.findings, ...(tally.answer?.findings ?? []));
  if (count === 'entries') return { ...uncounted, findings };
  const { variants } = request.incident;
  const read =
    variants === null
      ? { answer: null, findings: [waits(UNREAD)] }
      : await asked(() => readCustomers(database, company, { ...request, variants }), UNREAD, blocked);
  findings.push(...read.findings, ...(read.answer?.findings ?? []));
  const { customers: counts = null, entries = null } = tally.answer ?? {};
  const { earlier = [], classification = null, shared = null } = read.answer ?? {};
  return {
    ...uncounted,
    findings,
    counts,
    entries,
    earlier,
    classification,
    shared,
  };
}

/**
 * A refusal while something else stops the start usually has the same cause: then only what was not looked at is told. Otherwise the
 * refusal itself stops the start, told by the server's code alone, because its words may hold a customer's data.
 * @param what completes "... (CODE)".
 */
async function asked<T>(
  ask: () => Promise<T>,
  what: string,
  blocked: boolean,
): Promise<{ answer: T | null; findings: CompanyFinding[] }> {
  try {
    return { answer: await ask(), findings: [] };
  } catch (error) {
    const { code, errno, sqlMessage } = error as { code?: string; errno?: number; sqlMessage?: string };
    if (blocked) return { answer: null, findings: [waits(what)] };
    if (sqlMessage === undefined) throw error;
    const refusal = stops(
      `${what}: the server refuses (${code}, ${errno})`,
      "look the code up in the server's manual: the cause is usually a condition, or the form of a value in a column that the file names",
    );
    return { answer: null, findings: [refusal] };
  }
}

async function statementsOf({ db }: Database, company: Company, now: number): Promise<string[]> {
  const range = await firstChunk(db, company);
  // The key of the fingerprints is shown to nobody.
  const shown = { ...company, fingerprintKey: NO_FINGERPRINT_KEY };
  return range ? printExpiry(db, shown, { range, now: new Date(now) }) : [];
}

/** What each entry would do, and which of these counts nobody can have intended. */
async function countEntries(database: Database, company: Company, { before, now }: CountRequest) {
  const { db, ledgerSchema } = database;
  const { companySchema, mapping } = company;
  const counts = await countAll(db, company, {
    now,
    earlier: earlierCohorts(ledgerSchema, before),
    catalog: await readCatalog(db, companySchema),
    emailIndexed: await isEmailIndexed(db, companySchema, mapping),
  });
  const { expiredBy } = before;
  const { customers, ...entries } = counts;
  const findings = [
    ...inspectCounts(mapping, counts, { companySchema, expiredBy }),
    ...(await inspectDeletedPasswords(db, company)),
    ...inspectNewcomers(mapping, customers, { cutoff: company.cutoff, now }),
  ];
  return { customers, entries, findings };
}

/** Which notice each customer would get, and for whom it would not be the first. */
async function readCustomers(
  database: Database,
  company: Company,
  request: CountRequest & { variants: VariantTable },
) {
  const { db, ledgerSchema } = database;
  const { variants, offersSmtputf8, progress, before, now } = request;
  const classifier = classifyCustomers(variants, offersSmtputf8, (id) => isNameless(company.keyColumn, id));
  let read = 0;
  for await (const customers of scanCustomers(db, company, {
    now,
    earlier: earlierCohorts(ledgerSchema, before),
  })) {
    classifier.add(customers);
    read += customers.length;
    progress?.(read);
  }
  const classification = classifier.result;
  const sortable =
    read <= SORTED_IN_A_MOMENT || (await isEmailIndexed(db, company.companySchema, company.mapping));
  return {
    findings: judgeVariants(variants, classification),
    earlier: await countEarlier(database, company, { earlier: before.earlier, now }),
    classification,
    shared: sortable ? await countSharedAddresses(db, company) : null,
  };
}

export function cohortOf({ expired, expiredBefore, changedSince, none }: CustomerCounts): number {
  return expired + expiredBefore + changedSince + none;
}

/** The server sorts so many addresses in a moment. */
const SORTED_IN_A_MOMENT = 1_000_000;
