import { type Command, InvalidArgumentError } from 'commander';
import type { IncidentRow } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { UnusableKeyError } from '../company/key-column';
import { type Mailable, mailableAddress, UNMAILABLE } from '../incident/mailable-address';
import { allIncidents } from './choose-incident';
import { chooseVariants, type VariantWish } from './choose-variants';
import { compareWithRow } from './compare-with-row';
import { ensureLedger } from './ensure-ledger';
import { withByOption } from './incident-command';
import { operatorName } from './operator-name';
import { requireOwnLedger, sayUncompared } from './own-ledger';
import { addressesFor, withDatabase } from './parts';
import type { Addresses } from './parts/addresses';
import { checkPart } from './parts/check-reachable';
import { type PreparedIncident, prepareIncident } from './prepare-incident';
import { probeRelay } from './probe-relay';
import { requireSameServer } from './require-same-server';
import { testSend } from './test-send';
import { testSendText } from './test-send-text';
import { ToldError } from './told-error';
import { counted, json, printable } from './words';

interface TestSendOptions extends VariantWish {
  to?: Mailable[];
  by?: string;
  json?: boolean;
}

const MOST_ADDRESSES = 20;
const MOST_MAILS = 200;

/** Exit 1: the relay has not accepted every one. */
export function describeTestSend(command: Command): void {
  withByOption(command)
    .description(
      'Sends the notice of a made-up customer through the relay to addresses of your own, marked as a test. On the record, and nobody is booked as told.',
    )
    .argument('<file>', 'the incident file, started or not')
    .option('--to <address>', `to whom; again for more, up to ${MOST_ADDRESSES}`, addAddress)
    .option(
      '--variant <key>',
      'which notice, such as en/california/none or ar/reminder; again for more (default: what most customers get)',
      (key: string, before: string[] = []) => [...before, key],
    )
    .option('--all', 'every variant, each in a mail of its own')
    .option('--json', 'what became of each as JSON')
    .action(sendTests);
}

async function sendTests(file: string, options: TestSendOptions): Promise<void> {
  const { to } = options;
  if (to === undefined)
    throw new ToldError('To whom? Write --to ADDRESS, such as --to jo@company.example; again for more.', 2);
  if (options.all && options.variant)
    throw new ToldError('--all and --variant: write one of the two; --all is every variant.', 2);
  const prepared = await prepareIncident(file);
  const variants = chooseVariants(prepared.notices, prepared.incident, options);
  const mails = variants.length * to.length;
  const many = `${counted(mails, 'test mail')} (${counted(variants.length, 'variant')} to ${counted(to.length, 'address', 'addresses')})`;
  if (mails > MOST_MAILS)
    throw new ToldError(
      `That would be ${many}, and ${MOST_MAILS} at once are the most: write fewer --to, or name the variants by --variant.`,
      2,
    );
  const addresses = await addressesFor(['database', 'relay']);
  await requireBoth(addresses);
  const by = options.by ?? operatorName();
  await withDatabase(addresses, async (database) => {
    const problem = await requireOwnLedger(addresses, { database, incidentId: prepared.incident.id });
    if (problem !== null) sayUncompared(problem);
    const row = await rowOrLedger(database, addresses, prepared);
    console.error(`Sending ${many} ...`);
    const sent = await testSend({
      db: database.db,
      row,
      prepared,
      smtpUrl: addresses.smtpUrl,
      variants,
      to,
      by,
    });
    const facts = {
      file,
      incidentId: prepared.incident.id,
      contentHash: prepared.notices.contentHash,
      from: prepared.incident.from.address,
      by,
      started: row !== null,
      gate: row && { gate: row.gate, reason: row.gate_reason, by: row.gate_by },
      otherThanStarted: row && (compareWithRow(prepared, row)?.reason ?? null),
      ...sent,
    };
    console.log(options.json ? json(facts) : testSendText(facts));
    if (sent.mails.some(({ outcome }) => outcome !== 'accepted') || sent.unrecorded !== null)
      process.exitCode = 1;
  });
}

/** The relay is asked as a run would ask it: TLS, log-in. */
async function requireBoth(addresses: Addresses): Promise<void> {
  const [database, relay] = await Promise.all([
    checkPart('database', addresses),
    probeRelay(addresses.smtpUrl),
  ]);
  const problems = [...(database === null ? [] : [database]), ...('problem' in relay ? [relay.problem] : [])];
  if (problems.length === 0) return;
  const why =
    database === null ? '' : ' A test goes out only once it is on the record, which is in the database.';
  throw new ToldError([...problems, `Nothing was sent.${why}`].join('\n'));
}

/** The incident's row; null where the file was not started: then our schema is made, which holds the record. */
async function rowOrLedger(
  database: Database,
  addresses: Addresses,
  { incident }: PreparedIncident,
): Promise<IncidentRow | null> {
  const row = (await allIncidents(database)).find((one) => one.incident_id === incident.id);
  if (row === undefined) {
    await ensureLedger(addresses.databaseUrl, incident).catch((error) => {
      throw error instanceof UnusableKeyError
        ? new ToldError(
            `${error.message}.\nNothing was sent. The record of a test is kept in our own schema, which takes over the type of that key.`,
          )
        : error;
    });
    return null;
  }
  if (row.closed_at !== null)
    throw new ToldError(
      `The incident ${row.incident_id} is ${row.phase} for good, and so is its record: nothing was sent. To test its texts, copy the file and write another id: in it.`,
    );
  await requireSameServer({ addresses, database, row });
  return row;
}

function addAddress(typed: string, before: Mailable[] = []): Mailable[] {
  const mailable = mailableAddress(typed);
  if ('skip' in mailable)
    throw new InvalidArgumentError(
      `Found "${printable(typed, 80)}": ${UNMAILABLE[mailable.skip]}. Write one bare address, such as --to jo@company.example.`,
    );
  const known = before.some(({ address }) => address === mailable.address);
  if (!known && before.length === MOST_ADDRESSES)
    throw new InvalidArgumentError(`${MOST_ADDRESSES} addresses at once are the most.`);
  return known ? before : [...before, mailable];
}
