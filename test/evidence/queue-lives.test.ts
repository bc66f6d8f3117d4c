import { livesOf } from '../../src/evidence/queue-lives';
import type { LogFact } from '../../src/evidence/read-line';

const OURS = '<ours>';
const facts: Record<string, LogFact> = {
  client: { kind: 'begun' },
  ours: { kind: 'message-id', id: OURS },
  other: { kind: 'message-id', id: '<other>' },
  active: { kind: 'queued' },
  refused: { kind: 'refused' },
  removed: { kind: 'removed' },
};
const lives = (words: string) =>
  livesOf(words.split(' ').map((word, i) => ({ ms: i * 1000, order: i, fact: facts[word]! })));
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

test('the order of reading does not matter where the times tell', () => {
  const shuffled = [
    { ms: 3000, order: 0, fact: facts.removed! },
    { ms: 2000, order: 1, fact: facts.active! },
    { ms: 1000, order: 2, fact: facts.ours! },
    { ms: 0, order: 3, fact: facts.client! },
  ];
  expect(livesOf(shuffled)).toEqual([
    { messageIds: [OURS], queuedAt: 2000, refused: false, withheld: false },
  ]);
});
