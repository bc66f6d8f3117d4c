import { livesOf } from '../../src/evidence/queue-lives';
import type { LogFact } from '../../src/evidence/read-line';

const OURS = '<ours>';
const facts: Record<string, LogFact> = {
  client: { kind: 'begun', local: false },
  ours: { kind: 'message-id', id: OURS },
  other: { kind: 'message-id', id: '<other>' },
  active: { kind: 'queued' },
  refused: { kind: 'refused' },
  removed: { kind: 'removed' },
};
const lives = (words: string) =>
  livesOf(words.split(' ').map((word, i) => ({ ms: i * 1000, fact: facts[word]! })));
const accepted = (words: string) =>
  lives(words).some((life) => life.messageIds.includes(OURS) && life.queuedAt !== null);

// The lines of livesOf that begin a life: `removed`, `begun`, and anotherMessage.
test.each([
  ['client ours active removed', true],
  ['client ours', false],
  ['client ours refused', false],
  ['client ours client other active removed', false],
  ['ours other active removed', false],
  ['client ours client active removed', false],
  ['client other active removed ours', false],
  ['client other active ours', false],
  ['client ours refused client ours active removed', true],
  ['client ours ours ours active removed', true],
  ['client ours removed active', false],
  ['ours active', true],
  // The lines of one second may be written in another order.
  ['client active ours removed', true],
])('a short queue id comes again; ours was taken in: %s: %s', (words, expected) => {
  expect(accepted(words)).toBe(expected);
});

test('the order of reading decides nothing, nor does a line that stands twice', () => {
  const events = [
    { ms: 0, fact: facts.client! },
    { ms: 0, fact: facts.ours! },
    { ms: 0, fact: facts.active! },
    { ms: 0, fact: facts.removed! },
    { ms: 9000, fact: facts.client! },
    { ms: 9000, fact: facts.other! },
    { ms: 10_000, fact: facts.removed! },
  ];
  const two = livesOf(events);
  expect(two).toMatchObject([
    { messageIds: [OURS], readAt: 0, queuedAt: 0 },
    { messageIds: ['<other>'], queuedAt: null },
  ]);
  expect(livesOf([...events].reverse())).toEqual(two);
  expect(livesOf([...events, ...events])).toEqual(two);
});

test('an id that ends and comes again in one second is two lives', () => {
  const at = (ms: number, ...names: string[]) => names.map((name) => ({ ms, fact: facts[name]! }));
  const lives = livesOf([
    ...at(0, 'client', 'other', 'active'),
    ...at(5000, 'removed', 'client', 'ours'),
    ...at(6000, 'active', 'removed'),
  ]);
  expect(lives.map(({ messageIds }) => messageIds)).toEqual([['<other>'], [OURS]]);
});
