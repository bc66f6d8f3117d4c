import { setTimeout as sleep } from 'node:timers/promises';
import { cli } from './commands';
import type { Act } from './scene';
import type { Stage } from './stage';

/** What an operator does in several scenes. */

export const goOnFast: Act = {
  kind: 'type',
  why: 'The rehearsal was slow on purpose. The pace changes in the middle of a run.',
  command: cli('set-rate', '200'),
  done: async (stage) => Number((await stage.row())!.rate_per_second) === 200,
};

export const resume = {
  kind: 'type' as const,
  why: 'Go on, at the exact customer.',
  command: cli('resume', '--by', 'Ann'),
  done: async (stage: Stage) => {
    const { gate, hold_kind } = (await stage.row())!;
    return gate === 'open' && hold_kind === null;
  },
} satisfies Act;

export const paused = (...how: string[]): Act => ({
  kind: 'type',
  why: 'Once this command has returned no more mail is claimed.',
  command: cli('pause', ...how, '--by', 'Ann', '--reason', 'counsel reads the texts again'),
  done: async (stage) => (await stage.row())!.gate === 'closed',
});

/** What was on its way when the gate closed is answered; from then on the relay's own log must stand still. */
export const nothingGoesOut: Act = {
  kind: 'happens',
  words: "You hold your breath for three seconds, and look at the relay's log: nothing goes out.",
  deed: async (stage) => {
    await stage.until('the last answers', async () => ((await stage.notices()).sending ?? 0) === 0);
    const before = await stage.accepted();
    await sleep(3_000);
    const after = await stage.accepted();
    if (after !== before) throw new Error(`MAIL WENT OUT through a closed gate: ${before}, then ${after}`);
  },
};

export const looksPaused: Act = {
  kind: 'look',
  at: 'PAUSED, by whom and why.',
  command: cli('status'),
  shows: /counsel reads the texts again/,
};
