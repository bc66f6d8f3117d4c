import { type Command, InvalidArgumentError } from 'commander';
import { readDelay } from '../books/delay';
import { bareBooks, type IncidentRow } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { UnusableKeyError } from '../company/key-column';
import { domainOf } from '../incident/check-links';
import { variantKey } from '../incident/choose-variant';
import type { Incident } from '../incident/incident-schema';
import type { Delay } from '../incident/law-delay';
import { type Mailable, mailableAddress, skipReason } from '../incident/mailable-address';
import { nearestName } from '../incident/nearest-name';
import type { CompiledNotice, NoticeSet } from '../notice/compile-notice';
import { parseRelays, type RelayUrl } from '../smtp/relay-list';
import { compareWithRow } from './compare-with-row';
import { allIncidents, withByOption } from './incident-command';
import { requireOwnLedger, requireSameServer, sayUncompared } from './own-ledger';
import { addressesFor, withDatabase } from './parts';
import type { Addresses } from './parts/addresses';
import { checkPart } from './parts/check-reachable';
import { probeRelay } from './parts/probe-relay';
import { type PreparedIncident, prepareIncident } from './prepare-incident';
import { ensureLedger } from './run-ledger';
import { HeldForLawError, type TestMail, type TestSent, testSend } from './send-tests';
import { ToldError } from './told-error';
import { decidedBy, operatorName } from './who-types';
import { counted, delayLine, json, printable, skipWords } from './words';

interface TestSendOptions extends VariantWish {
  to?: Mailable[];
  by?: string;
  relay?: string;
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
    .option('--to <address>', `where to send; repeat it for more, up to ${MOST_ADDRESSES}`, addAddress)
    .option(
      '--variant <key>',
      'which notice, such as en/california/none or ar/reminder; repeat it for more (default: what most customers get)',
      (key: string, before: string[] = []) => [...before, key],
    )
    .option('--all', 'every variant, each in its own mail')
    .option('--relay <name>', 'which of several relays of SMTP_URL (default: the first)')
    .option('--json', 'what became of each as JSON')
    .action(sendTests);
}

async function sendTests(file: string, options: TestSendOptions): Promise<void> {
  const { to } = options;
  if (to === undefined)
    throw new ToldError(
      'To whom? Write --to ADDRESS, such as --to jo@company.example; repeat it for more.',
      2,
    );
  if (options.all && options.variant)
    throw new ToldError('--all is every variant, --variant is one: write only one of the two.', 2);
  const prepared = await prepareIncident(file);
  const variants = chooseVariants(prepared.notices, prepared.incident, options);
  const mails = variants.length * to.length;
  const many = `${counted(mails, 'test mail')} (${counted(variants.length, 'variant')} to ${counted(to.length, 'address', 'addresses')})`;
  if (mails > MOST_MAILS)
    throw new ToldError(
      `That would be ${many}, and at most ${MOST_MAILS} go out at once: write fewer --to, or name the variants by --variant.`,
      2,
    );
  const addresses = await addressesFor(['database', 'relay']);
  const relays = relaysOf(addresses);
  const relay = chosenRelay(relays, options.relay);
  await requireBoth({ ...addresses, smtpUrl: relay.url });
  const by = options.by ?? operatorName();
  await withDatabase(addresses, async (database) => {
    const problem = await requireOwnLedger(addresses, { database, incidentId: prepared.incident.id });
    if (problem !== null) sayUncompared(problem);
    const row = await rowOrLedger(database, addresses, prepared);
    const delay = row && (await readDelay(bareBooks(database, row)));
    if (delay !== null)
      console.error(`A HOLD STANDS: only the company's own mailboxes get this. ${delayLine(delay)}`);
    const others = relays.filter(({ name }) => name !== relay.name).map(({ name }) => name);
    const through =
      others.length === 0 ? '' : ` by the relay ${relay.name} (not by ${others.join(', ')}: --relay NAME)`;
    console.error(`Sending ${many}${through} ...`);
    const sent = await testSend({
      db: database.db,
      keepHead: database.keepHead,
      row,
      prepared,
      smtpUrl: relay.url,
      relay: others.length === 0 ? null : relay.name,
      variants,
      to,
      by,
      who: decidedBy(options.by),
    }).catch((error) => {
      throw error instanceof HeldForLawError ? new ToldError(heldText(error, prepared.incident)) : error;
    });
    const facts = {
      file,
      incidentId: prepared.incident.id,
      contentHash: prepared.notices.contentHash,
      from: prepared.incident.from.address,
      by,
      started: row !== null,
      gate: row && { gate: row.gate, reason: row.gate_reason, by: row.gate_by },
      delay,
      otherThanStarted: row && (compareWithRow(prepared, row)?.reason ?? null),
      ...sent,
    };
    console.log(options.json ? json(facts) : testSendText(facts));
    if (sent.mails.some(({ outcome }) => outcome !== 'accepted') || sent.unrecorded !== null)
      process.exitCode = 1;
  });
}

/** What reaches the providers is to be seen for each: they sign and are known by themselves. */
function chosenRelay(relays: RelayUrl[], typed: string | undefined): RelayUrl {
  const chosen = typed === undefined ? relays[0] : relays.find(({ name }) => name === typed.trim());
  if (chosen !== undefined) return chosen;
  const names = relays.map(({ name }) => name).join(', ');
  throw new ToldError(`--relay: found "${printable(typed!, 60)}", write one that SMTP_URL has: ${names}.`, 2);
}

function relaysOf({ smtpUrl }: Addresses): RelayUrl[] {
  try {
    return parseRelays(smtpUrl);
  } catch (error) {
    throw new ToldError(`${(error as Error).message}\nNothing was sent.`);
  }
}

function heldText({ delay, addresses }: HeldForLawError, { from, canary }: Incident): string {
  return [
    `NOTHING WAS SENT. A hold stands, and ${addresses.map((address) => printable(address)).join(', ')} ${addresses.length === 1 ? 'is' : 'are'} not the company's own: ${delayLine(delay)}`,
    `Until it is released write --to with addresses at ${printable(domainOf(from.address))} or below it${canary.mailboxes.length > 0 ? ", or the file's canary.mailboxes" : ''}.`,
  ].join('\n');
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
  const row = (await allIncidents(database)).find(({ incident_id: id }) => id === incident.id);
  if (row === undefined) {
    await ensureLedger(addresses.databaseUrl, incident).catch((error) => {
      throw error instanceof UnusableKeyError
        ? new ToldError(
            `${error.message}.\nNothing was sent. The record of a test is kept in our own schema, whose key has the type of that key.`,
          )
        : error;
    });
    return null;
  }
  if (row.closed_at !== null)
    throw new ToldError(
      `The incident ${row.incident_id} is ${row.phase} for good, and so is its record: nothing was sent. To test its texts, copy the file and write another id: in it.`,
    );
  await requireSameServer(bareBooks(database, row));
  return row;
}

function addAddress(typed: string, before: Mailable[] = []): Mailable[] {
  const mailable = mailableAddress(typed);
  if ('skip' in mailable)
    throw new InvalidArgumentError(
      `Found "${printable(typed, 80)}": ${skipWords(skipReason(mailable))}. Write one bare address, such as --to jo@company.example.`,
    );
  const known = before.some(({ address }) => address === mailable.address);
  if (!known && before.length === MOST_ADDRESSES)
    throw new InvalidArgumentError(`At most ${MOST_ADDRESSES} addresses at once.`);
  return known ? before : [...before, mailable];
}

/** What was sent, and under which circumstances. */
export interface TestSendFacts extends TestSent {
  file: string;
  incidentId: string;
  contentHash: string;
  /** The From address, which is the envelope's sender as well. */
  from: string;
  by: string;
  started: boolean;
  gate: { gate: string; reason: string; by: string } | null;
  /** What law enforcement asked; null: nothing. */
  delay: Delay | null;
  /** Why customers get another notice than the one that was tested; null: they get this one. */
  otherThanStarted: string | null;
}

export function testSendText(facts: TestSendFacts): string {
  const { mails, incidentId, contentHash, gate, delay, otherThanStarted, unrecorded } = facts;
  const accepted = mails.filter(({ outcome }) => outcome === 'accepted').length;
  return [
    ...mails.flatMap(mailLines),
    '',
    `${accepted} of ${counted(mails.length, 'test mail')} accepted by the relay; content ${contentHash.slice(0, 12)} of ${incidentId}. Nobody is booked as told.`,
    unrecorded === null
      ? `On the record: sent by ${printable(facts.by)}, in the audit log ${facts.started ? `of ${incidentId}` : 'of files before their start'} (addresses as hashes).`
      : `NOT ON THE RECORD: what became of them (${printable(unrecorded)}). That they were sent is.`,
    ...(delay === null
      ? []
      : [`A HOLD STANDS: only the company's own mailboxes got this. ${delayLine(delay)}`]),
    ...(gate?.gate === 'closed' && delay === null
      ? [
          `The gate is closed (${printable(gate.reason)}, by ${printable(gate.by)}): that stops notices, but not tests.`,
        ]
      : []),
    ...(otherThanStarted === null
      ? []
      : [`CUSTOMERS GET ANOTHER NOTICE: ${printable(otherThanStarted, 500)}.`]),
    ...(accepted === 0 ? [] : whatToLookAt(facts.from)),
  ].join('\n');
}

function mailLines({ variant, to, outcome, code, text, queueId, messageId }: TestMail): string[] {
  const reply = [code, printable(text)].filter((part) => part !== null && part !== '').join(' ');
  return [
    `${HEADLINE[outcome]}  ${variant} to ${printable(to)}`,
    `    ${reply || 'no reply'}`,
    `    Message-ID <${messageId}>${queueId === null ? '' : `, queue id ${printable(queueId)}`}`,
  ];
}

const HEADLINE: Record<TestMail['outcome'], string> = {
  accepted: 'ACCEPTED',
  refused: 'REFUSED ',
  skipped: 'SKIPPED ',
  'set-aside': 'NOT SENT',
  released: 'NOT SENT',
  unknown: 'IN DOUBT',
};

function whatToLookAt(from: string): string[] {
  const domain = from.slice(from.indexOf('@') + 1);
  return [
    '',
    'Accepted is not arrived. Look at the source of the message that came (at Gmail "Show original"), for a line of the receiver:',
    `  Authentication-Results: ... spf=pass smtp.mailfrom=${domain} ... dkim=pass header.d=${domain} ... dmarc=pass header.from=${domain}`,
    'All three must be there with pass; header.d may also be a parent domain. README, "Your relay", says what else to look at, and who fixes what.',
  ];
}

interface VariantWish {
  variant?: string[];
  all?: boolean;
}

/**
 * The variants that were asked for, each once; without a wish what most customers get: the default language, no law in particular,
 * the password expired. @throws ToldError with the nearest and all that there are.
 */
function chooseVariants(
  { variants }: NoticeSet,
  { defaultLanguage }: Incident,
  { variant: asked, all }: VariantWish,
): CompiledNotice[] {
  if (all) return [...variants.values()];
  const usual = variantKey({
    wave: 'notice',
    language: defaultLanguage,
    jurisdiction: 'default',
    disposition: 'expired',
  });
  return [...new Set(asked ?? [usual])].map((key) => {
    const compiled = variants.get(key);
    if (compiled) return compiled;
    const keys = [...variants.keys()];
    const near = nearestName(key, keys);
    throw new ToldError(
      [
        `--variant: found "${printable(key, 80)}", write ${near === null ? 'one of these' : `${near}, or another of these`}:`,
        ...keys.map((known) => `  ${known}`),
      ].join('\n'),
      2,
    );
  });
}
