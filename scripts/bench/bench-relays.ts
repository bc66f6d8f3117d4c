import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf } from '../../src/operator/parts/addresses';
import { type RelayProcess, startRelayProcess } from '../relay/relay-process';
import { startWorker } from '../stack/start-worker';
import type { NotifyGround } from './bench-notify';
import { median } from './floors';
import { notifyByUs } from './notify-ours';

/** As a relay takes that stores each message safely on an ordinary disk. */
const DOT_MILLISECONDS = 25;
/** Four lanes have a range each. */
const CUSTOMERS = 8_000;

export interface RelayRates {
  relays: number;
  /** At each relay. */
  sessions: number;
  perSecond: number;
}

type RelayGround = Pick<
  NotifyGround,
  'client' | 'addresses' | 'company' | 'file' | 'folder' | 'rounds' | 'say' | 'started'
>;

/** How the rate grows with the number of relays that all answer a dot after the same time: in turns, each with a worker of its own. */
export async function benchRelays(
  ground: RelayGround,
  most: number,
  sessions: number,
): Promise<RelayRates[]> {
  const { folder, addresses, company, client, say } = ground;
  const relays: RelayProcess[] = [];
  try {
    for (let number = 1; number <= most; number++) {
      const own = join(folder, `relay-${number}`);
      mkdirSync(own, { recursive: true });
      const relay = await startRelayProcess(own);
      relays.push(relay);
      await relay.control({ add: { at: 'dot', delayMs: DOT_MILLISECONDS } });
    }
    // One relay at its own sessions; several at as many each; and as many in all at each.
    const settings = [
      ...relays.map((_, i) => ({ relays: i + 1, sessions })),
      ...relays.slice(1).map((_, i) => ({ relays: i + 2, sessions: sessions * (i + 2) })),
    ];
    const rates = settings.map(() => [] as number[]);
    for (let round = 1; round <= ground.rounds; round++) {
      for (const [i, { relays: count, sessions: each }] of settings.entries()) {
        const smtpUrl = relays
          .slice(0, count)
          .map(({ port }, nth) => `smtp://127.0.0.1:${port}#r${nth + 1}`)
          .join(' ');
        const env = environmentOf({ ...addresses, databaseUrl: company.url, smtpUrl });
        const worker = await startWorker(folder, { ...process.env, ...env }, ground.started);
        const file = {
          ...ground.file,
          id: `bench-relays-${round}-${i}`,
          relay: { ...ground.file.relay, sessions: each },
        };
        rates[i]!.push(await notifyByUs(client, company, file, CUSTOMERS));
        await worker.stop();
        say(`${count} relays, ${each} sessions at each, round ${round}: ${rates[i]!.at(-1)!.toFixed(0)}/s`);
      }
    }
    return settings.map((setting, i) => ({ ...setting, perSecond: median(rates[i]!) }));
  } finally {
    for (const relay of relays) await relay.stop();
  }
}

export function relayTable(rates: readonly RelayRates[], about: string): string {
  const first = rates[0]!.perSecond;
  return [
    about,
    '',
    '| relays | `sessions` | a second | times one relay |',
    '|---|---|---|---|',
    ...rates.map(
      ({ relays, sessions, perSecond }) =>
        `| ${relays} | ${sessions} | ${perSecond.toFixed(0)} | ${(perSecond / first).toFixed(2)} |`,
    ),
  ].join('\n');
}
