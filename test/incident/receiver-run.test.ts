import {
  addToRuns,
  forgetRun,
  NO_RUNS,
  type ReceiverAnswer,
  type ReceiverRuns,
  receiverTrip,
} from '../../src/incident/receiver-run';
import { receiverWaitSeconds } from '../../src/incident/receiver-wait';

const TAKEN: ReceiverAnswer = { kind: 'accepted' };
const no = (text: string, code = 550, at: 'rcpt' | 'dot' = 'rcpt'): ReceiverAnswer => ({
  ...{ kind: 'refused', at, code, text },
  enhanced: /^\d\.\d+\.\d+/.exec(text)?.[0] ?? null,
});
const BLOCKED = no('5.7.1 mail from us is not wanted here');

/** `big` and `other` are receivers; each answer is another customer's, unless one is named. */
function seen(
  answers: [receiver: string, answer: ReceiverAnswer, customerId?: string][],
  before = NO_RUNS,
): ReceiverRuns {
  return answers.reduce(
    (runs, [receiver, answer, customerId], i) =>
      addToRuns(runs, { receiver, customerId: customerId ?? `c${i}` }, answer, i),
    before,
  );
}
const times = <T>(count: number, each: T): T[] => Array.from({ length: count }, () => each);
const refusing = (answer: ReceiverAnswer, count = 10): [string, ReceiverAnswer][] => [
  ['big', answer],
  ['other', TAKEN],
  ...times(count - 1, ['big', answer] as [string, ReceiverAnswer]),
];
const tripOf = (runs: ReceiverRuns, known = false) => receiverTrip(runs, 'big', { sameRefusals: 10, known });

test('so many of one receiver refused in a row, while the relay takes others: it is put aside, with the reason in our words (C98)', () => {
  expect(tripOf(seen(refusing(BLOCKED, 9)))).toBeNull();
  expect(tripOf(seen(refusing(BLOCKED)))).toEqual({
    code: 550,
    said: '550 5.7.1, not allowed',
    customers: 10,
  });
});

/** Ten of one receiver, each refused in words of their own, while another one takes. */
const ownWords = (words: (name: string) => string): [string, ReceiverAnswer][] => [
  ['other', TAKEN],
  ...['Ann', 'Ben', 'Cho', 'Dee', 'Eva', 'Fay', 'Gus', 'Hal', 'Ida', 'Jo'].map(
    (name): [string, ReceiverAnswer] => ['big', no(words(name))],
  ),
  ['other', TAKEN],
];

test('by the codes where it has one of its own: a name or a case in its words is no other refusal (C98)', () => {
  expect(
    tripOf(seen(ownWords((name) => `5.7.1 message to ${name} not accepted, see case ${name}x`))),
  ).toEqual({
    code: 550,
    said: '550 5.7.1, not allowed',
    customers: 10,
  });
});

test.each<[string, [string, ReceiverAnswer, string?][]]>([
  [
    'without an enhanced code its words are all that it says',
    ownWords((name) => `${name} does not want this`),
  ],
  ['each mailbox is unknown in words of its own', ownWords((name) => `5.1.1 ${name} is unknown here`)],
  ['each address is unknown by itself', refusing(no('5.1.1 no such user'))],
  ['each mailbox is full', refusing(no('4.2.2 over quota', 452))],
  ['it greylists, and takes each the second time', refusing(no('4.7.1 Greylisted, come back later', 450))],
  ['it takes one of them between', [...refusing(BLOCKED, 9), ['big', TAKEN], ['big', BLOCKED]]],
  ['it says another thing each time', [...refusing(BLOCKED, 9), ['big', no('5.6.0 a bad header')]]],
  [
    'one customer is refused again and again',
    refusing(BLOCKED).map(([name, answer]) => [name, answer, name]),
  ],
])('is not put aside: %s', (_, answers) => {
  expect(tripOf(seen(answers))).toBeNull();
});

test('where the relay takes nobody it is not the receiver, unless it was put aside before (I7)', () => {
  const nobody = seen(times(12, ['big', BLOCKED]));
  expect(tripOf(nobody)).toBeNull();
  expect(tripOf(nobody, true)).toMatchObject({ customers: 12 });
  expect(tripOf(seen([['other', TAKEN]], nobody))).toMatchObject({ customers: 12 });
});

test('what one receiver refuses ends no row of another', () => {
  const runs = seen(
    refusing(BLOCKED).flatMap((each) => [each, ['small', no('5.7.1 go away')] as typeof each]),
  );
  expect(tripOf(runs)).not.toBeNull();
});

test('words at the dot are about the message or the sender, whatever mailbox code they have, short of "no such user" (C97)', () => {
  expect(tripOf(seen(refusing(no('5.2.0 not you', 550, 'dot'))))).not.toBeNull();
  expect(tripOf(seen(refusing(no('5.2.0 not you', 550, 'rcpt'))))).toBeNull();
});

test('a row ends after a quarter of an hour, and once the receiver is put aside', () => {
  const runs = seen(refusing(BLOCKED, 9));
  const last = (at: number) => addToRuns(runs, { receiver: 'big', customerId: 'last' }, BLOCKED, at);
  expect(tripOf(last(909))).not.toBeNull();
  expect(tripOf(last(910))).toBeNull();
  expect(tripOf(forgetRun(last(20), 'big'))).toBeNull();
});

test('of very many receivers the oldest is forgotten', () => {
  const many = Array.from({ length: 1_000 }, (_, i): [string, ReceiverAnswer] => [`r${i}`, BLOCKED]);
  expect(tripOf(seen(many, seen(refusing(BLOCKED))))).toBeNull();
  expect(seen(many, seen(refusing(BLOCKED))).byReceiver.size).toBe(1_000);
});

test('who says "later" is tried again after a minute, who says "no" after five; then later and later, an hour at most', () => {
  expect([0, 1, 2, 3, 9].map((tries) => receiverWaitSeconds(421, tries))).toEqual([
    60, 300, 900, 3_600, 3_600,
  ]);
  for (const code of [500, 550])
    expect([0, 1, 2, 9].map((tries) => receiverWaitSeconds(code, tries))).toEqual([300, 900, 3_600, 3_600]);
});
