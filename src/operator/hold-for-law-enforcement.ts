import type { Command } from 'commander';
import { beginDelay, readDelay, releaseDelay, type StandingDelay } from '../books/delay';
import { readGate } from '../books/gate';
import { findIncident, type IncidentRow } from '../books/incident-row';
import { readRequests } from '../books/law-requests';
import { requireCurrent } from '../books/migrate';
import { cleanLine } from '../incident/asked-by';
import { chooseRequest, type LawRequest, releaseCommand, requestWords } from '../incident/law-delay';
import type { GateState } from '../incident/vocabulary';
import { type Chosen, type IncidentOptions, onIncident, withIncidentOption } from './incident-command';
import { requireSameServer } from './own-ledger';
import { sayOtherServer } from './pause';
import { tellRun } from './tell-run';
import { ToldError } from './told-error';
import { decidedBy, givenName } from './who-types';
import { delayLine, gateWords, json, printable, utc } from './words';

interface DelayOptions extends IncidentOptions {
  release?: boolean;
  reason?: string;
  request?: string;
}

/** Works without Temporal and without a worker: the gate's row is the brake, and every dot is asked by it. */
export function describeHoldForLawEnforcement(command: Command): void {
  withIncidentOption(command)
    .description(
      'Law enforcement asks to wait: from now on nobody further is told, until --release. Passwords go on being expired.',
    )
    .option('--by <name>', 'who writes the request down, or its release, and answers for it', givenName)
    .option('--reason <text>', 'who asked, and their reference; with --release: who agreed')
    .option('--release', 'end it: they agree that customers are told')
    .option(
      '--request <which>',
      'with --release, where several stand: which one, by its number or by words of its reason such as the agency',
    )
    .option('--json', 'the gate as JSON')
    .action((options: DelayOptions) => {
      const decision = { by: decidedBy(options.by), reason: cleanLine(options.reason, REASON_LENGTH) };
      if (!options.by || !decision.reason)
        throw new ToldError(
          options.release
            ? 'A release goes on the record: write --by "YOUR NAME" and --reason "WHO AGREED".'
            : 'The request goes on the record: write --by "YOUR NAME" and --reason "WHO ASKED, AND THEIR REFERENCE".',
          2,
        );
      if (options.request !== undefined && !options.release)
        throw new ToldError('--request names the one that is released: write --release, too.', 2);
      return onIncident(['database'], options, (chosen) =>
        options.release ? release(chosen, decision, options) : begin(chosen, decision, options),
      );
    });
}

const REASON_LENGTH = 300;

interface Decision {
  by: string;
  reason: string;
}

async function begin(chosen: Chosen, { by, reason }: Decision, options: DelayOptions): Promise<void> {
  await prepare(chosen);
  const { books, row } = chosen;
  // After a failover the copy is the right one to hold: so it is done, and said where.
  await sayOtherServer(chosen);
  await beginDelay(books, by, reason);
  const unheard = await tellRun(chosen);
  const delay = await readDelay(books);
  await shown(chosen, options, 'HELD for law enforcement', [
    ...standingLines(delay?.requests ?? []),
    'Nobody further is told until it is released; passwords go on being expired.',
    `When they agree: ${releaseCommand(delay ?? {})} --incident ${row.incident_id}`,
    ...(unheard === null ? [] : [`${unheard} The hold stands in the database all the same.`]),
  ]);
}

async function release(chosen: Chosen, decision: Decision, options: DelayOptions): Promise<void> {
  await prepare(chosen);
  const { books, row } = chosen;
  await requireSameServer(books);
  const { released } = await readRequests(books);
  const standing = (await readDelay(books))?.requests ?? [];
  let did = 'Nothing is held for law enforcement';
  if (standing.length > 0 || options.request !== undefined) {
    const request = chooseRequest({ standing, released }, options.request?.trim());
    if ('refused' in request) throw new ToldError(lines(`NOT RELEASED. ${request.refused}`), 2);
    await releaseOne(chosen, request, decision);
    did = standing.length > 1 ? `RELEASED request ${request.number}` : 'RELEASED';
  }
  // Also where an earlier release was not heard.
  const unheard = await tellRun(chosen);
  const { gate, delay } = await readGate(books);
  await shown(
    chosen,
    options,
    did,
    delay === null ? goesOn(gate, unheard, row) : waitsOn(delay, unheard, row),
  );
}

async function releaseOne({ books }: Chosen, request: LawRequest, decision: Decision): Promise<void> {
  if ((await releaseDelay(books, request, decision)) !== null) return;
  const { delay } = await readGate(books);
  throw new ToldError(`NOT RELEASED: somebody changed the hold meanwhile. ${delayLine(delay)}`);
}

function goesOn(gate: GateState, unheard: string | null, { incident_id: id }: IncidentRow): string[] {
  return [
    ...(gate === 'open' ? [] : [`The run is paused, too. To go on: npm run cli -- resume --incident ${id}`]),
    ...(unheard === null ? [] : [`${unheard} Then: npm run cli -- resume --incident ${id}`]),
  ];
}

function waitsOn(delay: StandingDelay, unheard: string | null, { incident_id: id }: IncidentRow): string[] {
  return [
    'Nobody further is told: another request stands.',
    ...standingLines(delay.requests),
    `When they agree, too: ${releaseCommand(delay)} --incident ${id}`,
    ...(unheard === null ? [] : [unheard]),
  ];
}

function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/\S.*/, (words) => printable(words, 700)))
    .join('\n');
}

/** Each by the number that a release names. */
function standingLines(requests: LawRequest[]): string[] {
  return requests.map(
    (request) => `  ${printable(requestWords(request), 700)} (since ${utc(request.since)})`,
  );
}

async function prepare({ database, row }: Chosen): Promise<void> {
  if (row.closed_at !== null)
    throw new ToldError(
      `The incident ${row.incident_id} is ${row.phase} for good: nobody further is told, and there is nothing to hold or to release.`,
    );
  await requireCurrent(database);
}

async function shown(
  { database, row, books }: Chosen,
  options: DelayOptions,
  did: string,
  more: string[],
): Promise<void> {
  const gate = await readGate(books);
  const id = row.incident_id;
  if (options.json) {
    const { phase } = (await findIncident(database.db, id))!;
    return console.log(json({ incidentId: id, phase, ...gate }));
  }
  console.log([`${did}: ${id}. The gate is ${gateWords(gate)}.`, ...more].join('\n'));
}
