import { statSync } from 'node:fs';
import { companyOf } from '../books/company-of';
import { incidentOf } from '../books/incident-row';
import { releaseAbsent, settleAccepted } from '../books/settle-from-evidence';
import { currentWave } from '../books/waves';
import { EvidenceError } from '../evidence/log-file';
import type { Chosen } from './incident-command';
import { operatorName } from './operator-name';
import { addressesFor } from './parts';
import { waitUntil } from './parts/wait-until';
import { probeRelay } from './probe-relay';
import { evidenceText, type Settled } from './settle-evidence-text';
import { QUARANTINE_SECONDS, type SettleOptions } from './settle-options';
import { ToldError } from './told-error';
import { type Finding, type Weighed, weighEvidence } from './weigh-evidence';
import { json } from './words';

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
  console.log(options.json ? json({ ...weighed, settled }) : evidenceText(weighed, settled, options));
  if (weighed.findings.length === 0 && weighed.log?.disbelief) process.exitCode = 1;
}

async function carryOut(
  { database, row }: Chosen,
  options: SettleOptions,
  weighed: Weighed,
): Promise<Settled> {
  const { db } = database;
  const { keyColumn } = await companyOf(database, incidentOf(row));
  const ledger = { incident: row.incident, wave: await currentWave(db, row), keyColumn };
  const of = <V extends Finding['verdict']>(verdict: V) =>
    weighed.findings.filter((one): one is Finding & { verdict: V } => one.verdict === verdict);
  const by = options.by ?? operatorName();
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
  const accepted = of('accepted').map((one) => ({ ...one, acceptedMs: one.at }));
  const booked = await settleAccepted(db, ledger, accepted, { by, detail });
  const released = options.resendAbsent
    ? await releaseAbsent(db, ledger, of('absent'), {
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
  await waitUntil(async () => sizes() !== before, LOGGED_WITHIN_SECONDS);
}
