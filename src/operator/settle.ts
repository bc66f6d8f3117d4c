import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { currentWave, surveyNotices } from '../books/balance';
import { openBooks } from '../books/incident-row';
import {
  decideInDoubt,
  type InDoubt,
  listInDoubt,
  releaseAbsent,
  settleAccepted,
} from '../books/settle-doubt';
import { EvidenceError } from '../evidence/log-file';
import { withIncident } from '../incident/incident-commands';
import { type Chosen, onIncident } from './incident-command';
import { requireSameServer } from './own-ledger';
import { addressesFor } from './parts';
import { probeRelay } from './parts/probe-relay';
import { waitUntil } from './parts/this-machine';
import { evidenceText, type Settled } from './settle-evidence-text';
import { QUARANTINE_SECONDS, type SettleOptions, settleMisuse, withSettleOptions } from './settle-options';
import { ToldError } from './told-error';
import { type Finding, type Weighed, weighEvidence } from './weigh-evidence';
import { decidedBy } from './who-types';
import { counted, json } from './words';

/** How many of those in doubt are shown. */
const SHOWN = 20;

/** Without --decide and evidence it lists who is in doubt; with them it shows what would become of each; --go does it, on the record (I2, I6). */
export function describeSettle(command: Command): void {
  withSettleOptions(command).action((options: SettleOptions) => {
    const misuse = settleMisuse(options);
    if (misuse !== null) command.error(`error: ${misuse}`, { exitCode: 2 });
    const work = options.postfixLog || options.events ? settleByEvidence : settle;
    return onIncident(['database'], options, async (chosen) => {
      if (options.go) await requireSameServer(chosen.books);
      await work(chosen, options);
    });
  });
}

async function settle({ database, row, books }: Chosen, options: SettleOptions): Promise<void> {
  const { decide, reason, customer, go } = options;
  const wave = await currentWave(books, row);
  const inDoubt = (await surveyNotices(books, wave)).notices.in_doubt ?? 0;
  const first = await listInDoubt(books, wave, SHOWN);
  const decided =
    decide && reason && go
      ? await decideInDoubt(await openBooks(database, row), wave, {
          decision: decide,
          by: decidedBy(options.by),
          reason,
          ...(customer === undefined ? {} : { customerId: customer }),
        })
      : null;
  console.log(
    options.json
      ? json({ inDoubt, first, decided })
      : withIncident(text(inDoubt, first, decided, options), row.incident_id),
  );
}

function text(inDoubt: number, first: InDoubt[], decided: number | null, options: SettleOptions): string {
  if (decided !== null) {
    const next = options.decide === 'resend' ? 'They are sent the notice again' : 'They are not told again';
    return `Decided for ${counted(decided, 'customer')}. ${next} once the run goes on: npm run cli -- resume`;
  }
  if (inDoubt === 0) return 'Nobody is in doubt.';
  const lines = [
    `${counted(inDoubt, 'customer is', 'customers are')} in doubt: the relay may or may not have taken their notice.`,
    ...first.map(({ customerId, claimedAt }) => `  ${customerId}  claimed ${claimedAt.slice(0, 19)} UTC`),
    ...(inDoubt > first.length ? [`  and ${inDoubt - first.length} more`] : []),
    '',
  ];
  if (options.decide)
    return [...lines, `Nothing is changed yet: add --go to decide "${options.decide}".`].join('\n');
  return [
    ...lines,
    "Look for them in the relay's log first:",
    '  npm run cli -- settle --postfix-log /var/log/mail.log /var/log/mail.log.1   what the log shows of each, and why',
    "or in a provider's export: npm run cli -- settle --events FILE. Decide for those whom neither settles, with the reason:",
    '  npm run cli -- settle --decide resend --reason "..." --go   sends again, whatever became of the first',
    '  npm run cli -- settle --decide leave  --reason "..." --go   does not tell them again',
    'Add --customer ID to decide for one of them only.',
  ].join('\n');
}

/** What the relay's log and a provider's events say of everybody in doubt; with --go it is booked, and recorded (I2, I6). */
export async function settleByEvidence(chosen: Chosen, options: SettleOptions): Promise<void> {
  const { database, row } = chosen;
  if (options.touchRelay) await touchRelay(options.postfixLog ?? []);
  const weighed = await weighEvidence(database, row, {
    logs: options.postfixLog ?? [],
    events: options.events ?? [],
    quarantineSeconds: options.quarantine ?? QUARANTINE_SECONDS,
  }).catch((error: Error) => {
    throw error instanceof EvidenceError ? new ToldError(error.message) : error;
  });
  const settled = options.go ? await carryOut(chosen, options, weighed) : null;
  console.log(
    options.json
      ? json({ ...weighed, settled })
      : withIncident(evidenceText(weighed, settled, options), row.incident_id),
  );
  if (weighed.findings.length === 0 && weighed.log?.disbelief) process.exitCode = 1;
}

async function carryOut(
  { database, row }: Chosen,
  options: SettleOptions,
  weighed: Weighed,
): Promise<Settled> {
  const books = await openBooks(database, row);
  const wave = await currentWave(books, row);
  const judged = <V extends Finding['verdict']>(verdict: V) =>
    weighed.findings.filter((finding): finding is Finding & { verdict: V } => finding.verdict === verdict);
  const by = decidedBy(options.by);
  const detail = {
    files: [...(weighed.log?.files ?? []), ...(weighed.events?.files ?? [])].map(
      ({ name, sha256, bytes }) => ({
        name,
        sha256,
        bytes,
      }),
    ),
    inDoubt: weighed.findings.length,
    ...(options.postfixLog ? { quarantineSeconds: options.quarantine ?? QUARANTINE_SECONDS } : {}),
  };
  const accepted = judged('accepted').map((finding) => ({ ...finding, acceptedMs: finding.at }));
  const booked = await settleAccepted(books, wave, accepted, { by, detail });
  const released = options.resendAbsent
    ? await releaseAbsent(books, wave, judged('absent'), {
        by,
        detail: { ...detail, reason: options.reason },
      })
    : null;
  return { accepted: booked, resent: released };
}

const LOGGED_WITHIN_SECONDS = 5;

/** A relay logs every connection: its log then has a line of now, and so covers all that came before. */
async function touchRelay(files: string[]): Promise<void> {
  const sizes = () => files.map((file) => statSync(file, { throwIfNoEntry: false })?.size).join(' ');
  const before = sizes();
  const probe = await probeRelay((await addressesFor(['relay'])).smtpUrl);
  if ('problem' in probe) throw new ToldError(probe.problem);
  for (const problem of probe.lacking) console.error(`Not touched: ${problem}`);
  await waitUntil(async () => sizes() !== before, LOGGED_WITHIN_SECONDS);
}
