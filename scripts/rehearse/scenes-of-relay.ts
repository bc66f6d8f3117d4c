import { cli } from './commands';
import type { Scene } from './scene';
import type { Stage } from './stage';
import { goOnFast, resume } from './usual-acts';

/** Whose mail the relay cannot bear: the third to be told. */
const victim = ({ customers }: Stage) => customers[2]!;
/** Lost after the dot: of the one the relay took the message, of the other it did not. */
const taken = ({ customers }: Stage) => customers[4]!;
const notTaken = ({ customers }: Stage) => customers[9]!;
const at = (id: string) => `^c${id}@`;

/** What a relay does to a run. */
export const SCENES_OF_RELAY: readonly Scene[] = [
  {
    name: 'breaker',
    title: 'the relay refuses everybody',
    customers: 80,
    begins: 'amid the notices',
    settings: { 'breaker.sameRefusals': 5 },
    prepare: (stage) =>
      stage.relay({ add: { at: 'dot', after: 10, reply: '554 5.6.0 a header of yours is not allowed' } }),
    acts: [
      {
        kind: 'happens',
        words:
          'Ten are told, then the relay refuses one after another in the same words. The breaker closes the gate.',
        deed: (stage) => stage.until('the breaker', async () => (await stage.row())!.gate === 'closed'),
      },
      {
        kind: 'look',
        at: 'PAUSED, the code of the relay, and whom to ask. Nobody has failed: who was refused so is told later.',
        command: cli('status'),
        shows: /5\.6\.0/,
      },
      {
        kind: 'happens',
        words: 'You call the people of the relay. They let the header pass.',
        deed: (stage) => stage.relay({ clear: true }),
      },
      resume,
    ],
    check: async (stage) => {
      const { failed = 0 } = await stage.notices();
      return failed === 0 ? null : `${failed} failed by what was the relay's fault`;
    },
  },
  {
    name: 'poison',
    title: 'one customer whom the relay cannot bear',
    customers: 60,
    begins: 'amid the notices',
    settings: { 'pace.perSecond': 4 },
    prepare: (stage) =>
      stage.relay({ add: { at: 'rcpt', match: at(victim(stage)), reply: '550 5.1.1 nul \u0000 here' } }),
    acts: [
      {
        kind: 'happens',
        words: 'To one customer the relay answers with a line that nobody can read.',
        deed: (stage) => stage.until('the refusal', async () => ((await stage.notices()).failed ?? 0) > 0),
      },
      {
        kind: 'look',
        at: 'one failed, and that the others go on being told.',
        command: cli('status'),
        shows: /1 failed/,
      },
      {
        kind: 'look',
        at: 'what became of that customer, as support sees it when they call.',
        command: (stage) => cli('lookup', victim(stage))(stage),
        shows: /NOT DELIVERED/,
      },
      {
        kind: 'happens',
        words: 'The people of the relay mend their filter.',
        deed: (stage) => stage.relay({ clear: true }),
      },
      {
        kind: 'type',
        why: 'Whoever failed by that is tried once more.',
        command: cli('retry', '--code', '550', '--since', '1h', '--reason', 'the filter is mended', '--go'),
        done: async (stage) => ((await stage.notices()).failed ?? 0) === 0,
      },
      goOnFast,
    ],
  },
  {
    name: 'receiver',
    title: 'one large receiver takes nobody',
    customers: 120,
    begins: 'amid the notices',
    settings: { 'pace.perSecond': 40, 'breaker.sameRefusals': 5 },
    prepare: (stage) =>
      stage.relay({
        add: { at: 'rcpt', match: '@big\\.', reply: '550 5.7.1 mail from your network is blocked' },
      }),
    acts: [
      {
        kind: 'happens',
        words: 'big.receiver.test, where every fourth customer is, refuses our mail.',
        deed: (stage) =>
          stage.until('the receiver to be put aside', async () =>
            (await stage.receivers()).some(({ state }) => state === 'aside'),
          ),
      },
      {
        kind: 'look',
        at: 'that it is aside, why, and when a few are tried again. All others are told meanwhile.',
        command: cli('domains'),
        shows: /big\.receiver\.test[^\n]*\n *aside/,
      },
      {
        kind: 'happens',
        words: 'Its postmaster lifts the block.',
        deed: (stage) => stage.relay({ clear: true }),
      },
      {
        kind: 'type',
        why: 'A few would be tried by and by. You know that it is over: its customers are told at once.',
        command: cli('resume', '--domain', 'big.receiver.test', '--by', 'Ann'),
        done: async (stage) => (await stage.receivers()).every(({ state }) => state === 'open'),
      },
    ],
  },
  {
    name: 'in-doubt',
    title: 'the line breaks after the last dot',
    customers: 60,
    begins: 'amid the notices',
    prepare: async (stage) => {
      await stage.relay({ add: { at: 'dot', match: at(taken(stage)), action: 'drop-after', times: 1 } });
      await stage.relay({ add: { at: 'dot', match: at(notTaken(stage)), action: 'drop', times: 1 } });
    },
    acts: [
      {
        kind: 'happens',
        words:
          'Two connections break behind the last dot of a message. Did the relay take it? Nobody is told twice on a guess.',
        deed: (stage) => stage.until('the hold', async () => (await stage.row())!.hold_kind === 'in-doubt'),
      },
      {
        kind: 'look',
        at: '"In doubt", and the command.',
        command: cli('status'),
        shows: /In doubt: 2/,
      },
      {
        kind: 'look',
        at: "what the relay's log shows of each: one was taken; of the other it has nothing, which proves nothing yet.",
        command: (stage) => cli('settle', '--postfix-log', stage.parts.relay.log)(stage),
        shows: /accepted/i,
      },
      {
        kind: 'type',
        why: 'Book what the log shows.',
        command: (stage) => cli('settle', '--postfix-log', stage.parts.relay.log, '--go')(stage),
        done: async (stage) => ((await stage.notices()).in_doubt ?? 0) <= 1,
      },
      {
        kind: 'type',
        why: 'The other one: wait a quarter of an hour and ask the log again (--touch-relay --resend-absent), or decide: send again (it may come twice), or leave it (it may never come). You have asked the people of the relay.',
        command: cli(
          'settle',
          '--decide',
          'resend',
          '--by',
          'Ann',
          '--reason',
          'the people of the relay have nothing of it',
          '--go',
        ),
        done: async (stage) => ((await stage.notices()).in_doubt ?? 0) === 0,
      },
      { ...resume, done: async (stage) => (await stage.row())!.hold_kind === null },
    ],
  },
];
