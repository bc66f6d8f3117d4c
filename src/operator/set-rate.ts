import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type Command, InvalidArgumentError } from 'commander';
import { parseRate } from '../incident/pacer';
import { type Accepted, type SetRateRequest, setRateUpdate } from '../workflows/messages';
import { type IncidentOptions, withByOption, withIncidentOption } from './incident-command';
import { accepted, onRun, type Steering, untilRow, updateOf, WRITTEN_WITHIN_MILLISECONDS } from './steer';
import { json, number } from './words';

export function describeSetRate(command: Command): void {
  withByOption(withIncidentOption(command))
    .description('Sets how many messages a second go out at most, from the next claim on.')
    .argument('<rate>', 'messages a second, such as 200', rateArgument)
    .option('--json', 'what took effect, as JSON')
    .action((perSecond: number, options: IncidentOptions) =>
      onRun(options, (steering) => setIt(steering, perSecond, options)),
    );
}

function rateArgument(typed: string): number {
  const rate = parseRate(typed);
  if ('perSecond' in rate) return rate.perSecond;
  throw new InvalidArgumentError(`${rate.problem.replace(/^the rate: f/, 'F')}.`);
}

async function setIt(
  steering: Steering,
  perSecond: number,
  { json: asJson }: IncidentOptions,
): Promise<void> {
  const { client, row, by } = steering;
  const incidentId = row.incident_id;
  await accepted('set-rate', setRate(client, { incidentId, perSecond, by }));
  const { shown, row: now } = await untilRow(
    steering,
    sleep(WRITTEN_WITHIN_MILLISECONDS),
    (seen) => seen.rate_per_second === perSecond,
  );
  if (asJson)
    return console.log(
      json({ incidentId, perSecond: now.rate_per_second, was: row.rate_per_second, by, inEffect: shown }),
    );
  console.log(
    shown
      ? `RATE of ${incidentId}: at most ${number(perSecond)} a second from the next claim on, by ${by}; it was ${number(row.rate_per_second)}.`
      : `Accepted: ${number(perSecond)} a second, by ${by}; still in effect: ${number(now.rate_per_second)}. See: npm run cli -- status --incident ${row.incident_id}`,
  );
}

/** Messages a second at most. @throws RefusedError with the reason; then the old rate stays. */
export function setRate(
  client: Client,
  { incidentId, ...request }: SetRateRequest & { incidentId: string },
): Promise<Accepted> {
  return updateOf(client, incidentId, setRateUpdate, request);
}
