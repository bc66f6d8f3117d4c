import type { Command } from 'commander';
import { checkWaves, surveyNotices, toldBeforeExpiry, wavesOf } from '../books/balance';
import { type BareBooks, snapshot } from '../books/books';
import { bareBooks, type IncidentRow, incidentOf, openBooks } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { countKept, otherwisePurged, readPurged } from '../books/purge-kept';
import { findLeftovers, verifyExpiry } from '../company/verify-expiry';
import { problemWords } from '../incident/books-problems';
import { statedWords } from '../incident/database-schema';
import { withIncident } from '../incident/incident-commands';
import { type Purged, purgedWords } from '../incident/retention';
import { auditChecks, type Check, check } from './audit-checks';
import { heldHeads } from './held-heads';
import { type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { counted, json, printable } from './words';

interface VerifyOptions extends IncidentOptions {
  anchor?: string[];
}

/** Exit 1: a check does not hold. */
export function describeVerify(command: Command): void {
  withIncidentOption(command)
    .description(
      'Checks the audit log, the books, and that nothing from before the cutoff is alive. Reads every customer once.',
    )
    .option(
      '--anchor <file...>',
      "compare the audit log with what AUDIT_ANCHOR wrote there; a worker's log will do, too",
    )
    .option('--json', 'the checks as JSON')
    .action((options: VerifyOptions) =>
      onBooks(options, async ({ addresses, database, row }) => {
        const files = options.anchor ?? [];
        const held = await heldHeads(addresses, { database, incidentId: row.incident_id, files });
        const record = await snapshot(bareBooks(database, row), (moment) => auditChecks(moment, row, held));
        const verified = await verify(database, row, record);
        console.log(options.json ? json(verified) : withIncident(verifyText(verified), row.incident_id));
        if (!verified.holds) process.exitCode = 1;
      }),
    );
}

export interface Verification {
  incidentId: string;
  phase: string;
  holds: boolean;
  checks: Check[];
}

/**
 * Checks the record (I6), the books (I1, I2, I4) and what is left alive (I3). Reads everything once, changes nothing.
 * @param record what auditChecks found. @param named whether customers may be named, by their ids.
 */
export async function verify(
  database: Pick<Database, 'db' | 'companySchema'>,
  row: IncidentRow,
  record: Check[],
  { named = true }: { named?: boolean } = {},
): Promise<Verification> {
  const books = bareBooks(database, row);
  const checks = [
    ...record,
    await booksCheck(books, row),
    ...(await expiryChecks(database, row, named)),
    ...statedCheck(row),
  ];
  return {
    incidentId: row.incident_id,
    phase: row.phase,
    holds: checks.every(({ holds }) => holds !== false),
    checks,
  };
}

/** While the run goes on, what is not done yet is no fault; what may never happen is a fault at any time. */
async function booksCheck(books: BareBooks, { phase }: IncidentRow): Promise<Check> {
  const waves = await wavesOf(books);
  if (phase === 'closed')
    return check(
      'everybody has one final answer, after the expiry (I1, I4)',
      (await checkWaves(books, waves)).map(problemWords),
    );
  let [strangers, early] = [0, 0];
  for (const wave of waves) {
    strangers += (await surveyNotices(books, wave)).strangers;
    early += await toldBeforeExpiry(books, wave);
  }
  return check('no notice is out of place (I4); the rest is judged when the incident is closed', [
    ...(strangers > 0 ? [`${counted(strangers, 'notice')} for nobody in the cohort`] : []),
    ...(early > 0 ? [`${counted(early, 'notice')} without an expiry before them`] : []),
  ]);
}

async function expiryChecks(
  database: Pick<Database, 'db' | 'companySchema'>,
  row: IncidentRow,
  named: boolean,
): Promise<Check[]> {
  const name = 'nothing of the cohort from before the cutoff is left alive, by the entries of the file (I3)';
  if (row.phase === 'expire')
    return [{ name, holds: null, found: ['not judged: passwords are still being expired'] }];
  const { db, company } = await openBooks(database, row);
  const now = Date.now();
  const books = { db, incident: row.incident };
  const { fingerprints: purged } = await readPurged(books);
  const kept = purged ? await countKept(books, 'fingerprints') : 0;
  // A word on record alone takes nothing out of the check.
  const isGone = purged?.done === true && kept === 0;
  const { findings, unprovable } = await verifyExpiry(db, company, row.incident, now, !isGone);
  const examples = findings.length === 0 || !named ? [] : await findLeftovers(db, company, row.incident, now);
  const alive = check(
    name,
    findings.map(({ what, count, todo }) => {
      const ids = examples.find((example) => example.what === what)?.customers.slice(0, 5) ?? [];
      return `${count.toLocaleString('en-US')} ${what}${ids.length > 0 ? ` (customers ${ids.join(', ')})` : ''}: ${todo}`;
    }),
  );
  const gone = await goneChecks(books, { purged, kept, isGone });
  if (unprovable.length === 0) return [alive, ...gone];
  const lines = unprovable.map(
    ({ what, count, todo }) => `${count.toLocaleString('en-US')} ${what}: ${todo}`,
  );
  return [alive, ...gone, { name: 'what no check here can tell', holds: null, found: lines }];
}

async function goneChecks(
  books: BareBooks,
  { purged, kept, isGone }: { purged: Purged | undefined; kept: number; isGone: boolean },
): Promise<Check[]> {
  const name = 'whether an expired password is in use again, and what was opened by it (I3)';
  const others = await otherwisePurged(books);
  return [
    ...(purged && isGone
      ? [
          {
            name,
            holds: null,
            found: [`not judged: the fingerprints of expired passwords were ${purgedWords(purged)}`],
          },
        ]
      : []),
    ...(purged?.done && !isGone
      ? [
          check('what the audit log calls purged is gone (I6)', [
            `${counted(kept, 'fingerprint')} are there still`,
          ]),
        ]
      : []),
    ...(others.length > 0
      ? [
          {
            name,
            holds: null,
            found: others.map(
              (id) => `not judged of passwords that ${id} expired: its fingerprints were purged`,
            ),
          },
        ]
      : []),
  ];
}

function statedCheck(row: IncidentRow): Check[] {
  const stated = statedWords(incidentOf(row).database);
  return stated.length === 0
    ? []
    : [{ name: 'stated, not proven: no statement reaches it', holds: null, found: stated }];
}

/** The verification for people; its last line is the verdict. */
export function verifyText({ incidentId, phase, holds, checks }: Verification): string {
  const words = (verdict: boolean | null) => (verdict === null ? ' -- ' : verdict ? ' ok ' : 'FAIL');
  return [
    `Verification of ${incidentId}, phase ${phase}`,
    ...checks.flatMap((check) => [
      `  [${words(check.holds)}] ${check.name}`,
      ...check.found.map((line) => `         ${printable(line, 2_000)}`),
    ]),
    holds ? 'Everything that can be judged now holds.' : 'IT DOES NOT HOLD: see FAIL above.',
  ].join('\n');
}
