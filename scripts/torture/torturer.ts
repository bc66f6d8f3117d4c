import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { approve } from '../../src/operator/approve';
import { pause } from '../../src/operator/pause';
import { resume } from '../../src/operator/resume';
import { setRate } from '../../src/operator/set-rate';
import { ask } from '../relay/relay-process';
import type { Parts } from '../stack/breakable-parts';
import { countInDoubt } from './figures';
import type { Deed } from './schedule';
import type { TortureIncident } from './torture-incident';

/** Types `npm run cli -- ARGS`, and tells what it answered. @returns its exit code; null: it was killed. */
export type TypeVerb = (args: string[]) => Promise<number | null>;

export interface Torturer {
  do(deed: Deed): Promise<void>;
  kills: Record<string, number>;
  /** What took effect besides: files amended, relays and receivers put aside by hand. */
  deeds: { amended: number; aside: number };
  /** For each kill -9 of a worker that was measured: its pid, and how many of its customers were in doubt before. */
  killed: { pid: number; inDoubtBefore: number }[];
  /** Until nobody is frozen any more. */
  thawed(): Promise<unknown>;
}

export interface Victim {
  parts: Parts;
  client: Client;
  incident: TortureIncident;
  incidentId: string;
  contentHash: string;
  ledgerSchema: string;
  /** The rate of the run, set again after each storm. */
  perSecond: number;
  type: TypeVerb;
}

const BY = 'the torturer';
const AMEND_ATTEMPTS = 3;
const AGAIN_AFTER_MILLISECONDS = 3_000;

export function torturer(victim: Victim): Torturer {
  const { parts, client, incident, incidentId, contentHash, ledgerSchema, type } = victim;
  const kills: Record<string, number> = {};
  const deeds = { amended: 0, aside: 0 };
  const killed: Torturer['killed'] = [];
  const frozen = new Set<Promise<unknown>>();

  async function kill(deed: Extract<Deed, { kind: 'kill' | 'end' }>): Promise<void> {
    const { part } = deed;
    const signal = deed.kind === 'kill' ? 'SIGKILL' : 'SIGTERM';
    const name = `${part.replace(/-\d$/, '')} ${signal}`;
    kills[name] = (kills[name] ?? 0) + 1;
    const pid = parts.pid(part);
    if (pid !== null && deed.kind === 'kill' && part.startsWith('worker')) {
      // Where the database is down as well, the kill is not put off for a figure: it is one that is not measured.
      const inDoubtBefore = await countInDoubt(parts.databaseUrl, ledgerSchema, pid).catch(() => null);
      if (inDoubtBefore !== null) killed.push({ pid, inDoubtBefore });
    }
    await parts.endAndRestart(part, signal);
  }

  async function storm({ words, perSecond }: Extract<Deed, { kind: 'storm' }>): Promise<void> {
    const say = {
      pause: () => pause(client, { incidentId, by: BY, reason: 'a storm' }),
      resume: () => resume(client, { incidentId, by: BY }),
      rate: () => setRate(client, { incidentId, by: BY, perSecond }),
      approve: () => approve(client, { incidentId, by: BY, contentHash }),
    };
    const requests = words.map((word) => say[word]());
    await Promise.race([Promise.allSettled(requests), sleep(5_000)]);
    await Promise.race([
      Promise.allSettled([
        resume(client, { incidentId, by: BY }),
        setRate(client, { incidentId, by: BY, perSecond: victim.perSecond }),
      ]),
      sleep(5_000),
    ]);
  }

  function freeze({ part, seconds }: Extract<Deed, { kind: 'freeze' }>): void {
    const pid = parts.pid(part);
    if (pid === null) return;
    process.kill(pid, 'SIGSTOP');
    const thaw = sleep(seconds * 1000).then(() => {
      if (parts.pid(part) === pid) process.kill(pid, 'SIGCONT');
      frozen.delete(thaw);
    });
    frozen.add(thaw);
  }

  /** Where Temporal is being killed it is said again, as an operator would. */
  async function amend({ words }: Extract<Deed, { kind: 'amend' }>): Promise<void> {
    const file = incident.change(words);
    const said = ['amend', file, '--go', '--by', BY, '--reason', 'a correction'];
    for (let attempt = 0; attempt < AMEND_ATTEMPTS; attempt++) {
      if ((await type(said)) === 0) {
        deeds.amended++;
        return;
      }
      await sleep(AGAIN_AFTER_MILLISECONDS);
    }
  }

  /** Each relay that is meant. */
  async function misbehave(isMeant: (name: string) => boolean, rule: Record<string, unknown>): Promise<void> {
    for (const { name, relay } of parts.relays) {
      if (!isMeant(name)) continue;
      await parts.up(name);
      await ask(relay.control, { add: rule });
    }
  }

  return {
    kills,
    killed,
    deeds,
    thawed: () => Promise.all(frozen),
    do: async (deed) => {
      if (deed.kind === 'storm') await storm(deed);
      else if (deed.kind === 'freeze') freeze(deed);
      else if (deed.kind === 'misbehave') await misbehave((name) => name === deed.part, deed.rule);
      else if (deed.kind === 'receiver') await misbehave(() => true, deed.rule);
      else if (deed.kind === 'amend') await amend(deed);
      else if (deed.kind === 'aside') {
        if ((await type(['pause', ...deed.args, '--by', BY, '--reason', 'torture'])) === 0) deeds.aside++;
      } else await kill(deed);
    },
  };
}
