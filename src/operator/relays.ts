import type { Command } from 'commander';
import { incidentOf } from '../books/incident-row';
import { requireCurrent } from '../books/migrate';
import { countByRelay, type KnownRelay, type RelayCounts, readRelays } from '../books/relays';
import { type RelayUse, relayUse } from '../incident/relay';
import { type Chosen, type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { json, number, printable, relayStateWords } from './words';

export function describeRelays(command: Command): void {
  withIncidentOption(command)
    .description(
      'The relays by which workers send: weight, sessions, what each took, and which is left out, since when and why.',
    )
    .option('--json', 'the facts as JSON')
    .action((options: IncidentOptions) => onBooks(options, (chosen) => showRelays(chosen, options)));
}

/** As the books and the file have it. */
export interface ShownRelay extends KnownRelay, RelayUse, Omit<RelayCounts, 'relay'> {}

async function showRelays({ database, row, books }: Chosen, options: IncidentOptions): Promise<void> {
  await requireCurrent(database);
  const { relay: file } = incidentOf(row);
  const counts = await countByRelay(books);
  const none = { sent: 0, inDoubt: 0 };
  const of = (name: string | null) => {
    const { sent, inDoubt } = counts.find(({ relay }) => relay === name) ?? none;
    return { sent, inDoubt };
  };
  const relays = (await readRelays(books)).map((known) => ({
    ...known,
    ...relayUse(file, known.relay),
    ...of(known.relay),
  }));
  const unknown = of(null);
  if (options.json) console.log(json({ incidentId: row.incident_id, relays, unknown }));
  else console.log(relaysText(relays, unknown, row.incident_id));
}

export function relaysText(
  relays: ShownRelay[],
  unknown: Omit<RelayCounts, 'relay'>,
  incidentId: string,
): string {
  if (relays.length === 0) return 'No worker has sent anything yet: the relays are those of its SMTP_URL.';
  const heads = ['relay', 'address', 'weight', 'sessions', 'told', 'in doubt'];
  const rows = relays.map(({ relay, address, weight, sessions, sent, inDoubt }) => [
    ...[relay, address].map((text) => printable(text, 60)),
    ...[weight, sessions, sent, inDoubt].map(number),
  ]);
  const widths = heads.map((_, i) => Math.max(...[heads, ...rows].map((cells) => cells[i]!.length)));
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [
    line(heads),
    ...relays.flatMap((relay, i) => [line(rows[i]!), `  ${relayStateWords(relay)}`]),
    ...(unknown.sent + unknown.inDoubt === 0
      ? []
      : [
          `Of ${number(unknown.sent)} told and ${number(unknown.inDoubt)} in doubt nobody knows by which: their claims were rebuilt (reconcile), or made by an older version.`,
        ]),
    ...relays
      .filter(({ state }) => state === 'out')
      .map(
        ({ relay }) =>
          `  -> to take it in again: npm run cli -- resume --relay ${relay} --incident ${incidentId}`,
      ),
  ].join('\n');
}
