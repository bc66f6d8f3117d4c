import { requireCurrent } from '../books/migrate';
import { type KnownRelay, pauseRelay, readRelays, resumeRelay } from '../books/relays';
import { cleanLine } from '../incident/asked-by';
import { type Chosen, type IncidentOptions, onIncident } from './incident-command';
import { requireSameServer } from './own-ledger';
import { toldRun } from './tell-run';
import { ToldError } from './told-error';
import { decidedBy } from './who-types';
import { json, printable } from './words';

/** `pause --relay`: works without Temporal and without a worker, since each claim and each dot ask the relay's row. */
export function leaveRelayOut(name: string, options: IncidentOptions & { reason?: string }): Promise<void> {
  const reason = cleanLine(options.reason, REASON_LENGTH);
  if (!reason)
    throw new ToldError(
      'A relay that is left out goes on the record: write --reason "WHY, AND UNTIL WHEN".',
      2,
    );
  return onIncident(['database'], options, async (chosen) => {
    const { relay } = await relayOf(chosen, name);
    if ((await pauseRelay(chosen.books, relay, { by: decidedBy(options.by), reason })) === 'last')
      throw new ToldError(
        `NOT LEFT OUT: no other relay takes part, so nobody would be told. To stop all mail: npm run cli -- pause --incident ${chosen.row.incident_id}`,
      );
    await show(chosen, relay, options, [
      `LEFT OUT ${relay}: from now on nobody is given to it, and within two seconds no message goes there. The others go on with its customers, as far as the workers have them (SMTP_URL).`,
      `To take it in again: npm run cli -- resume --relay ${relay} --incident ${chosen.row.incident_id}`,
    ]);
  });
}

/** `resume --relay`: also of one that the breaker has left out. */
export function takeRelayIn(name: string, options: IncidentOptions): Promise<void> {
  return onIncident(['database'], options, async (chosen) => {
    const { relay } = await relayOf(chosen, name);
    const taken = await resumeRelay(chosen.books, relay, decidedBy(options.by));
    const { row } = chosen;
    await show(chosen, relay, options, [
      taken
        ? `TAKEN IN ${relay}: it gets its share again.`
        : `Nothing keeps ${relay} out: it takes part. Which is left out: npm run cli -- relays`,
      ...(row.gate === 'closed'
        ? [
            `The gate is closed all the same: npm run cli -- resume --incident ${row.incident_id}, once what it says is done.`,
          ]
        : []),
    ]);
  });
}

const REASON_LENGTH = 300;

/** @throws ToldError where the incident has none of that name. */
async function relayOf({ database, row, books }: Chosen, typed: string): Promise<KnownRelay> {
  if (row.closed_at !== null)
    throw new ToldError(`The incident ${row.incident_id} is ${row.phase} for good: nobody further is told.`);
  await requireCurrent(database);
  await requireSameServer(books);
  const known = await readRelays(books);
  const meant = known.find(({ relay }) => relay === typed.trim());
  if (meant !== undefined) return meant;
  const names = known.map(({ relay }) => relay).join(', ') || 'none yet: a worker names them once it sends';
  throw new ToldError(
    `--relay: found "${printable(typed, 60)}", write the name of a relay (npm run cli -- relays). There are: ${names}.`,
    2,
  );
}

async function show(chosen: Chosen, relay: string, options: IncidentOptions, lines: string[]): Promise<void> {
  const { books, row } = chosen;
  const told = await toldRun(chosen);
  const known = (await readRelays(books)).find((each) => each.relay === relay);
  console.log(
    options.json ? json({ incidentId: row.incident_id, ...known }) : [...lines, ...told].join('\n'),
  );
}
