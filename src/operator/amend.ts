import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { mayBeOut } from '../books/amend-file';
import { hasBegun } from '../books/balance';
import { proposeFile, readProposal } from '../books/file-versions';
import { type IncidentRow, incidentOf } from '../books/incident-row';
import { requireCurrent } from '../books/migrate';
import { type Amendment, amendment, refusedWords } from '../incident/amendable';
import { changeWords } from '../incident/file-hash';
import { type Accepted, type AmendRequest, amendUpdate } from '../workflows/messages';
import { refuseClosed } from './compare-with-row';
import { type Chosen, onBooks, withByOption } from './incident-command';
import { requireSameServer } from './own-ledger';
import { isUnknown, knownAddresses } from './parts';
import { lackingWords } from './parts/probe-relay';
import { type PreparedIncident, prepareIncident } from './prepare-incident';
import { accepted, onRun, type Steering, updateOf } from './steer';
import { ToldError } from './told-error';
import { decidedBy } from './who-types';
import { counted, json, printable } from './words';

interface AmendOptions {
  go?: boolean;
  by?: string;
  reason?: string;
  json?: boolean;
}

export function describeAmend(command: Command): void {
  withByOption(command)
    .description(
      'Shows what a changed incident file would change in the run: words, pace, canary, breaker, relay, retry, reminder. With --go the run holds for a moment, goes by the new file, and goes on; nobody is told again. Other words need a new approval.',
    )
    .argument('<file>', 'the incident file as it should be; its id says which run')
    .option('--go', 'amend the run; without it nothing is changed')
    .option('--reason <text>', 'with --go: why, for the audit log')
    .option('--json', 'what differs, or what took effect, as JSON')
    .action(async (file: string, options: AmendOptions) => {
      const prepared = await prepareIncident(file);
      await tellLackingRelays(prepared);
      const named = {
        incident: prepared.incident.id,
        ...(options.by === undefined ? {} : { by: options.by }),
      };
      if (!options.go) return onBooks(named, (chosen) => show(chosen, prepared, options));
      const misuse = misuseOf(options);
      if (misuse !== null) throw new ToldError(misuse, 2);
      await onRun(named, (steering) => amendIt(steering, prepared, options));
    });
}

function misuseOf({ by, reason }: AmendOptions): string | null {
  if (by === undefined)
    return 'Who amends? Write --by "YOUR NAME": it stands on the record beside your login.';
  return reason === undefined || reason.trim() === ''
    ? 'Why? Write --reason "WHAT WAS WRONG": it stands on the record, and whoever approves reads it.'
    : null;
}

/** Not a refusal: the workers' own SMTP_URL counts, and may have them. */
async function tellLackingRelays({ incident }: PreparedIncident): Promise<void> {
  const addresses = await knownAddresses();
  const lacking = isUnknown('relay', addresses) ? null : lackingWords(addresses.smtpUrl, incident.relay);
  if (lacking !== null) console.error(`Look before you amend: ${lacking}.`);
}

async function show(chosen: Chosen, prepared: PreparedIncident, options: AmendOptions): Promise<void> {
  const { row, database } = chosen;
  await requireCurrent(database);
  const changed = await compare(chosen, prepared);
  if (changed.refused.length > 0) process.exitCode = 1;
  if (options.json) return console.log(json({ ...idsOf(row, prepared), ...changed }));
  console.log(dryText(row, prepared, changed));
}

/** @throws ToldError for an incident that is over. */
async function compare({ row, books }: Chosen, prepared: PreparedIncident): Promise<Amendment> {
  const closed = refuseClosed(prepared, row);
  if (closed !== null) throw new ToldError(`REFUSED. ${closed.reason}.\n${closed.todo}`);
  const { incident, notices } = prepared;
  return amendment(
    { incident: incidentOf(row), contentHash: row.content_hash },
    { incident, contentHash: notices.contentHash },
    {
      mailed: await mayBeOut(books, row),
      reminderBegun: row.phase === 'remind' || (await hasBegun(books, 'reminder')),
    },
  );
}

function idsOf(row: IncidentRow, { fileHash, notices }: PreparedIncident) {
  const { incident_id: incidentId, version } = row;
  return { incidentId, version, fileHash, contentHash: notices.contentHash };
}

function dryText(row: IncidentRow, { file, notices }: PreparedIncident, changed: Amendment): string {
  const { changes, refused, needsApproval } = changed;
  const id = row.incident_id;
  const differs = changes.map((change) => `  ${printable(changeWords(change), 2_000)}`);
  if (refused.length > 0)
    return [
      `REFUSED: ${file} differs from the file of ${id} (version ${row.version}) in what is never amended.`,
      ...refusedWords(refused).map((line) => `  ${printable(line, 2_000)}`),
      ...(differs.length > 0 ? ['The rest could be:', ...differs] : []),
      'Put these back as they were, and amend the rest. Nothing was done.',
    ].join('\n');
  if (changes.length === 0)
    return `Nothing differs: ${id} goes by this file (version ${row.version}). Nothing was done.`;
  return [
    `${file} would amend ${id}, now version ${row.version}, in ${counted(changes.length, 'value')}:`,
    ...differs,
    '',
    needsApproval
      ? `The words change (content hash ${notices.contentHash.slice(0, 12)}): somebody must read and approve them before the run goes on telling.`
      : 'The words stay, and so does their approval.',
    'Whoever was told is not told again. Nothing was done.',
    `To amend the run: npm run cli -- amend ${file} --go --by "YOUR NAME" --reason "WHAT WAS WRONG"`,
  ].join('\n');
}

/** How long the run may take: it waits for a dot that is on its way. */
const PATIENCE_SECONDS = 60;
const POLL_MILLISECONDS = 100;

async function amendIt(steering: Steering, prepared: PreparedIncident, options: AmendOptions): Promise<void> {
  const { client, books, row, by } = steering;
  const changed = await compare(steering, prepared);
  if (changed.refused.length > 0 || changed.changes.length === 0) {
    if (changed.refused.length > 0) process.exitCode = 1;
    if (options.json) return console.log(json({ ...idsOf(row, prepared), ...changed, inEffect: false }));
    return console.log(dryText(row, prepared, changed));
  }
  await requireSameServer(books);
  const { incident, fileHash, notices } = prepared;
  const proposal = await proposeFile(books, {
    ...{ incident, fileHash, contentHash: notices.contentHash },
    by: decidedBy(options.by),
  });
  const incidentId = row.incident_id;
  const request = { incidentId, by, proposal, base: row.version, reason: options.reason!.trim() };
  await accepted('amend', amend(client, request));
  const outcome = await outcomeOf(steering, proposal);
  if (outcome?.refused)
    throw new ToldError(`REFUSED: ${printable(outcome.refused, 1_000)}. Nothing was changed.`);
  const version = outcome?.version ?? null;
  if (options.json)
    return console.log(
      json({ ...idsOf(row, prepared), ...changed, by, version, inEffect: version !== null }),
    );
  console.log(doneText(row, prepared, { changed, by, version }));
}

/** As the run has decided; undefined: it has not, by now. */
async function outcomeOf({ books }: Steering, proposal: number) {
  const until = performance.now() + PATIENCE_SECONDS * 1_000;
  for (;;) {
    const seen = await readProposal(books, proposal);
    if (seen?.version || seen?.refused) return seen;
    if (performance.now() > until) return undefined;
    await sleep(POLL_MILLISECONDS);
  }
}

interface Done {
  changed: Amendment;
  by: string;
  version: number | null;
}

function doneText(row: IncidentRow, { notices }: PreparedIncident, { changed, by, version }: Done): string {
  const only = `--incident ${row.incident_id}`;
  if (version === null)
    return `Accepted, by ${by}, but not in the books yet. See: npm run cli -- status ${only}`;
  return [
    `AMENDED ${row.incident_id}, by ${by}: version ${version} is in effect, ${counted(changed.changes.length, 'value')} changed. Nobody is told again.`,
    ...changed.changes.map((change) => `  ${printable(changeWords(change), 2_000)}`),
    changed.needsApproval
      ? `Nobody further is told until the new texts are approved. Read them: npm run cli -- approve ${only}\nThen: npm run cli -- approve ${only} --by "YOUR NAME" --content ${notices.contentHash.slice(0, 12)}`
      : 'The texts are as they were approved.',
    `What the run held for before, a pause or a hold, it holds for still: npm run cli -- status ${only}`,
  ].join('\n');
}

/** Amends the run to a file that is in the ledger as a proposal. @throws RefusedError with the reason. */
export function amend(
  client: Client,
  { incidentId, ...request }: AmendRequest & { incidentId: string },
): Promise<Accepted> {
  return updateOf(client, incidentId, amendUpdate, request);
}
