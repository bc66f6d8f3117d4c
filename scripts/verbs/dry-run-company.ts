import { parseDatabaseUrl, weaknessOf } from '../../src/company/database-url';
import { judgePackets, keyBytesOf, largestStatements, packetBytes } from '../../src/company/packets';
import { type CompanyFinding, stops, warns } from '../../src/db/company-finding';
import type { Company } from '../../src/db/company-tables';
import { type CompanyCounts, countCompany } from '../../src/db/count-company';
import { countSharedAddresses, type SharedAddresses } from '../../src/db/count-shared-addresses';
import { findKeyColumn } from '../../src/db/find-key-column';
import { inspectCompany } from '../../src/db/inspect-company';
import { isEmailIndexed } from '../../src/db/is-email-indexed';
import { type LedgerDatabase, openDatabase } from '../../src/db/open-database';
import { planRanges } from '../../src/db/plan-ranges';
import { expireStatements } from '../../src/db/print-expiry';
import { scanCustomers } from '../../src/db/scan-customers';
import type { Incident } from '../../src/incident/incident-schema';
import { type Classification, classifyCustomers } from './classify-customers';
import { judgeVariants } from './judge-variants';

/** What a run would find and do in the company's database, as of now. */
export interface DryRunCompany {
  findings: CompanyFinding[];
  /** Null: not asked for, or something in `findings` is in the way. */
  counts: CompanyCounts | null;
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
  countCustomers: boolean;
  progress?: ((customers: number) => void) | undefined;
}

const CUSTOMERS_EXPIRED_PER_SECOND = 50_000;
const KEYS_IN_A_TRANSACTION = 5_000;

export async function dryRunCompany(databaseUrl: string, request: CompanyRequest): Promise<DryRunCompany> {
  const { db, companySchema, close } = openDatabase(databaseUrl, { ledgerExists: false, connections: 3 });
  const { incident } = request;
  const mapping = incident.database;
  try {
    const readable = await findKeyColumn(db, companySchema, mapping).catch(() => null);
    const packets = judgePackets(
      await packetBytes(db),
      largestStatements(incident, keyBytesOf(readable?.sqlType ?? '')),
    );
    const weakness = weaknessOf(parseDatabaseUrl(databaseUrl));
    const findings = [
      ...(await inspectCompany(db, { companySchema, mapping }, incident.cutoff)),
      ...(packets === null ? [] : [stops(packets.what, packets.todo)]),
      ...(weakness === null ? [] : [warns(weakness.what, weakness.todo)]),
    ];
    const nothing = {
      findings,
      counts: null,
      classification: null,
      shared: null,
      estimate: null,
      statements: [],
    };
    if (readable === null) return nothing;
    const company: Company = { companySchema, mapping, keyColumn: readable };
    // Where the inspection found a stop, the same lack may make these fail: it is told already.
    const blocked = findings.some(({ severity }) => severity === 'stops');
    const unlessBlocked = <T>(asked: Promise<T>) => (blocked ? asked.catch(() => null) : asked);
    const statements = await unlessBlocked(statementsOf(db, company, incident));
    if (!request.countCustomers) return { ...nothing, statements: statements ?? [] };
    const counted = await unlessBlocked(count(db, company, request));
    if (counted === null) return { ...nothing, statements: statements ?? [] };
    return {
      ...counted,
      findings: [
        ...findings,
        ...judgeCounts(counted.counts),
        ...judgeVariants(incident, counted.classification),
      ],
      statements: statements ?? [],
    };
  } finally {
    await close();
  }
}

async function statementsOf(db: LedgerDatabase, company: Company, { cutoff }: Incident): Promise<string[]> {
  const plan = {
    source: company,
    keyColumn: company.keyColumn,
    after: null,
    size: KEYS_IN_A_TRANSACTION,
    count: 1,
  };
  const [range] = await planRanges(db, plan);
  return range ? expireStatements(db, company, { cutoff, range, now: new Date() }) : [];
}

async function count(db: LedgerDatabase, company: Company, request: CompanyRequest) {
  const { incident, offersSmtputf8, progress } = request;
  const { companySchema, mapping } = company;
  const classifier = classifyCustomers(incident, offersSmtputf8);
  let read = 0;
  for await (const customers of scanCustomers(db, company, incident.cutoff)) {
    classifier.add(customers);
    read += customers.length;
    progress?.(read);
  }
  const counts = await countCompany(db, company, incident.cutoff);
  const shared =
    read <= SORTED_IN_A_MOMENT || (await isEmailIndexed(db, companySchema, mapping))
      ? await countSharedAddresses(db, companySchema, mapping)
      : null;
  const classification = classifier.result;
  const estimate = {
    expireSeconds: (counts.expired + counts.changedSince + counts.none) / CUSTOMERS_EXPIRED_PER_SECOND,
    notifySeconds: classification.told / incident.pace.perSecond,
  };
  return { counts, classification, shared, estimate };
}

/** Up to so many the server sorts them at once. */
const SORTED_IN_A_MOMENT = 1_000_000;

function judgeCounts(counts: CompanyCounts): CompanyFinding[] {
  const { expired, changedSince, none, unknownAge, unknownCreation, contradictory } = counts;
  const n = (value: number) => value.toLocaleString('en-US');
  return [
    ...(expired + changedSince + none === 0
      ? [
          warns(
            'Nobody has an account from before the cutoff',
            'see that cutoff and database.timeZone are right',
          ),
        ]
      : []),
    ...(unknownAge > 0
      ? [
          warns(
            `${n(unknownAge)} passwords are of unknown age`,
            'nothing to do: they are taken for stolen and would be expired',
          ),
        ]
      : []),
    ...(unknownCreation > 0
      ? [
          warns(
            `${n(unknownCreation)} accounts are of unknown age`,
            'nothing to do: they are taken to have been there at the cutoff',
          ),
        ]
      : []),
    ...(contradictory > 0
      ? [
          warns(
            `${n(contradictory)} accounts were made after the cutoff, and their passwords are said to be older`,
            'look at some before the run: accounts made after the cutoff are left alone',
          ),
        ]
      : []),
  ];
}
