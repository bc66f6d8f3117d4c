import type { Command } from 'commander';
import { currentWave } from '../books/balance';
import { incidentOf } from '../books/incident-row';
import { listReceivers, type ReceiverCounts } from '../books/list-receivers';
import { requireCurrent } from '../books/migrate';
import { type KnownReceiver, readReceivers } from '../books/receivers';
import type { Receiver } from '../incident/receiver';
import { type Chosen, type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { json, number, printable, receiverStateWords } from './words';

/** Shown besides those that were ever put aside or paused. */
const MOST_SHOWN = 20;

export function describeDomains(command: Command): void {
  withIncidentOption(command)
    .description(
      'The receiving domains with most customers, and each that was put aside or paused: told, refused, put off, waiting, and why.',
    )
    .option('--json', 'the facts as JSON')
    .action((options: IncidentOptions) => onBooks(options, (chosen) => showDomains(chosen, options)));
}

interface Domain extends ReceiverCounts {
  /** Null: it was never put aside nor paused. */
  known: KnownReceiver | null;
}

async function showDomains({ database, row, books }: Chosen, options: IncidentOptions): Promise<void> {
  await requireCurrent(database);
  const { providers = {} } = incidentOf(row).relay;
  const wave = await currentWave(books, row);
  const known = await readReceivers(books);
  const always = known.map(({ receiver }) => receiver);
  const counted = await listReceivers(books, { wave, providers, most: MOST_SHOWN, always });
  const domains = withUncounted(counted, known);
  if (options.json) console.log(json({ incidentId: row.incident_id, wave, domains }));
  else console.log(domainsText(domains, row.incident_id));
}

/** Nobody of a receiver may have been claimed yet. */
function withUncounted(counted: ReceiverCounts[], known: KnownReceiver[]): Domain[] {
  const zero = { customers: 0, told: 0, refused: 0, putOff: 0, waiting: 0 };
  const find = (receiver: Receiver) => known.find((seen) => seen.receiver === receiver) ?? null;
  return [
    ...counted.map((domain) => ({ ...domain, known: find(domain.receiver) })),
    ...known
      .filter(({ receiver }) => !counted.some((domain) => domain.receiver === receiver))
      .map((seen) => ({ receiver: seen.receiver, ...zero, known: seen })),
  ];
}

/** For people: who waits comes first, then whoever has most customers. */
export function domainsText(domains: Domain[], incidentId: string): string {
  if (domains.length === 0) return 'Nobody is told yet, and no receiver is paused.';
  const heads = ['receiver', 'told', 'refused', 'put off', 'waiting'];
  const rows = domains.map(({ receiver, told, refused, putOff, waiting }) => [
    printable(receiver, 60),
    ...[told, refused, putOff, waiting].map(number),
  ]);
  const widths = heads.map((_, i) => Math.max(...[heads, ...rows].map((cells) => cells[i]!.length)));
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  const shut = domains.filter(({ known }) => known !== null && known.state !== 'open');
  return [
    line(heads),
    ...domains.flatMap(({ known }, i) => [
      line(rows[i]!),
      ...(known === null ? [] : [`  ${receiverStateWords(known)}`]),
    ]),
    ...shut.map(
      ({ receiver }) =>
        `  -> to tell them now: npm run cli -- resume --domain ${receiver} --incident ${incidentId}`,
    ),
  ].join('\n');
}
