import { readCatalog } from '../../src/company/catalog';
import { type Company, NO_FINGERPRINT_KEY, readCompany } from '../../src/company/company';
import { type Counts, countAll } from '../../src/company/count/count-all';
import type { CompanyCounts } from '../../src/company/count/count-company';
import { countSharedAddresses, type SharedAddresses } from '../../src/company/count/count-shared-addresses';
import { parseDatabaseUrl, weaknessOf } from '../../src/company/database-url';
import { type CompanyFinding, stops, warns } from '../../src/company/inspect/finding';
import { inspectCompany } from '../../src/company/inspect/inspect-company';
import { judgeCounts } from '../../src/company/inspect/judge-counts';
import { CHUNK } from '../../src/company/inspect/scan-cost';
import { isEmailIndexed } from '../../src/company/is-email-indexed';
import { judgePackets, keyBytesOf, largestStatements, packetBytes } from '../../src/company/packets';
import { planRanges } from '../../src/company/plan-ranges';
import { expireStatements } from '../../src/company/print-expiry';
import { scanCustomers } from '../../src/company/scan-customers';
import { claimStatements } from '../../src/db/claim-statements';
import {
  countEarlier,
  type EarlierIncident,
  earlierCohorts,
  type LedgerBefore,
  ledgerBefore,
} from '../../src/db/earlier-incidents';
import { type Database, openDatabase } from '../../src/db/open-database';
import type { Incident } from '../../src/incident/incident-schema';
import { type Classification, classifyCustomers } from './classify-customers';
import { judgeVariants } from './judge-variants';

/** What a run would find and do in the company's database, as of now. */
export interface DryRunCompany {
  findings: CompanyFinding[];
  /** Null: not asked for, or something in `findings` is in the way. */
  counts: CompanyCounts | null;
  /** Of each entry of the file, in its order. */
  entries: Omit<Counts, 'customers'> | null;
  /** What incidents before this one did with whom it is about. */
  earlier: EarlierIncident[];
  classification: Classification | null;
  /** Null also where the address has no index and the table is large: the server would sort it for minutes. */
  shared: SharedAddresses | null;
  /** Seconds, by the file's pace and a speed of expiry as measured on two cores. */
  estimate: { expireSeconds: number; notifySeconds: number } | null;
  /** Of one range's transaction, exactly as they would be sent. */
  statements: string[];
}

export interface CompanyRequest {
  incident: Incident;
  offersSmtputf8: boolean | null;
  /** `entries`: only what each entry of the file would do, which may stop a start. */
  count: 'all' | 'entries' | 'nothing';
  progress?: ((customers: number) => void) | undefined;
}

const CUSTOMERS_EXPIRED_PER_SECOND = 50_000;

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
    ).catch(() => null); // told by the inspection
    const packets = judgePackets(
      await packetBytes(db),
      largestStatements(incident, keyBytesOf(company?.keyColumn.sqlType ?? '')),
    );
    const findings = [
      ...(await inspectCompany(db, inspected, incident.cutoff, now)),
      ...(packets === null ? [] : [stops(packets.what, packets.todo)]),
      ...(weakness === null ? [] : [warns(weakness.what, weakness.todo)]),
    ];
    const nothing: DryRunCompany = {
      findings,
      counts: null,
      entries: null,
      earlier: [],
      classification: null,
      shared: null,
      estimate: null,
      statements: [],
    };
    if (company === null) return nothing;
    // Where the inspection found a stop, the same lack may make these fail: it is told already.
    const blocked = findings.some(({ severity }) => severity === 'stops');
    const unlessBlocked = <T>(asked: Promise<T>) => (blocked ? asked.catch(() => null) : asked);
    const statements = (await unlessBlocked(statementsOf(database, company, now))) ?? [];
    if (request.count === 'nothing') return { ...nothing, statements };
    const wanted = { ...request, before, now };
    if (request.count === 'entries') {
      const entries = await unlessBlocked(countEntries(database, company, wanted));
      return { ...nothing, findings: [...findings, ...(entries?.findings ?? [])], statements };
    }
    const counted = await unlessBlocked(count(database, company, wanted));
    if (counted === null) return { ...nothing, statements };
    return { ...counted, findings: [...findings, ...counted.findings], statements };
  } finally {
    await database.close();
  }
}

async function statementsOf({ db }: Database, company: Company, now: number): Promise<string[]> {
  const { keyColumn } = company;
  const [range] = await planRanges(db, { source: company, keyColumn, after: null, size: CHUNK, count: 1 });
  return range ? expireStatements(db, company, { range, now: new Date(now) }) : [];
}

interface CountRequest extends CompanyRequest {
  before: LedgerBefore;
  now: number;
}

/** What each entry would do, and what of that cannot be meant. */
async function countEntries(database: Database, company: Company, { before, now }: CountRequest) {
  const { db, ledgerSchema } = database;
  const { companySchema, mapping } = company;
  const counts = await countAll(db, company, {
    now,
    earlier: earlierCohorts(ledgerSchema, before),
    catalog: await readCatalog(db, companySchema),
    emailIndexed: await isEmailIndexed(db, companySchema, mapping),
  });
  const { expiredBefore } = before;
  return { counts, findings: judgeCounts(mapping, counts, { companySchema, expiredBefore }) };
}

async function count(database: Database, company: Company, request: CountRequest) {
  const { db, ledgerSchema } = database;
  const { incident, offersSmtputf8, progress, before, now } = request;
  const classifier = classifyCustomers(incident, offersSmtputf8);
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
  const { counts, findings } = await countEntries(database, company, request);
  const { customers, ...entries } = counts;
  const sortable =
    read <= SORTED_IN_A_MOMENT || (await isEmailIndexed(db, company.companySchema, company.mapping));
  return {
    findings: [...findings, ...judgeVariants(incident, classification)],
    counts: customers,
    entries,
    earlier: await countEarlier(database, company, { earlier: before.earlier, now }),
    classification,
    shared: sortable ? await countSharedAddresses(db, company) : null,
    estimate: {
      expireSeconds: cohortOf(customers) / CUSTOMERS_EXPIRED_PER_SECOND,
      notifySeconds: classification.told / incident.pace.perSecond,
    },
  };
}

export function cohortOf({ expired, expiredBefore, changedSince, none }: CompanyCounts): number {
  return expired + expiredBefore + changedSince + none;
}

/** Up to so many the server sorts them at once. */
const SORTED_IN_A_MOMENT = 1_000_000;
