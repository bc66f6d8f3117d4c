import { CHAIN_START, chainBreak, entryHash, headFaults } from '../../src/books/judge-audit';
import type { AuditTable } from '../../src/books/ledger-tables';

/** A chain of so many entries; `who` of each. */
function chainOf(...who: string[]): AuditTable[] {
  const chain: AuditTable[] = [];
  for (const [i, name] of who.entries()) {
    const entry = {
      ...{
        incident: 1,
        seq: i + 1,
        at: '2026-11-25 02:00:00.000000',
        who: name,
        action: 'rate',
        detail: '{}',
      },
      prev_hash: chain.at(-1)?.hash ?? CHAIN_START,
    };
    chain.push({ ...entry, hash: entryHash(entry) });
  }
  return chain;
}

const headsOf = (chain: AuditTable[], ...numbers: number[]) =>
  chain
    .filter(({ seq }) => numbers.includes(seq))
    .map(({ seq, hash }) => ({ seq, hash: hash.toString('hex') }));
const TRUE = chainOf('ann', 'ann', 'jo', 'jo', 'ann', 'ann');
/** Entry 4 is another's by now, and everything after it was made anew: whole in itself. */
const MADE_ANEW = chainOf('ann', 'ann', 'jo', 'eve', 'ann', 'ann');
const at = (chain: AuditTable[], seq: number) => chain[seq - 1]!.hash.toString('hex');

test('a chain that was made anew is whole in itself: only heads that are held elsewhere accuse it (I6, C91)', () => {
  expect(chainBreak(MADE_ANEW, { mayBeEmpty: false })).toBeNull();
  expect(headFaults(MADE_ANEW, headsOf(TRUE, 6), 'Temporal')).toHaveLength(1);
});

test('heads that lie on the chain accuse nobody, however old they are and however far the chain went on (I6)', () => {
  expect(headFaults(TRUE, headsOf(TRUE, 1, 2, 3, 4, 5, 6), 'Temporal')).toEqual([]);
  expect(headFaults(TRUE, headsOf(TRUE, 2, 2), 'Temporal')).toEqual([]);
  expect(headFaults(TRUE, [], 'Temporal')).toEqual([]);
});

test.each([
  ['one entry', 5, 'entry 6 is gone: the chain ends with entry 5'],
  ['several', 3, 'the entries 4 to 6 are gone: the chain ends with entry 3'],
  ['all of it', 0, 'the entries 1 to 6 are gone: the chain ends with entry 0'],
])('a tail that was cut is named: %s (C91)', (_, left, words) => {
  expect(
    headFaults(TRUE.slice(0, left), headsOf(TRUE, 1, 6).slice(left === 0 ? 1 : 0), 'the anchor'),
  ).toEqual([`${words}, and the anchor has entry 6 with the hash ${at(TRUE, 6)}`]);
});

test.each([
  ['between two heads', [3, 6], 'one of the entries 4 to 6 is', 6],
  ['by the very entry', [3, 4, 5], 'entry 4 is', 4],
  ['after no head that fits', [5], 'one of the entries 1 to 5 is', 5],
])('where it was made anew is named as narrowly as the heads allow: %s (C91)', (_, held, which, seq) => {
  expect(headFaults(MADE_ANEW, headsOf(TRUE, ...held), 'the anchor')).toEqual([
    `${which} not what it was, and the hashes from there on were made anew: the anchor has entry ${seq} with the hash ${at(TRUE, seq)}, here it has ${at(MADE_ANEW, seq)}`,
  ]);
});

test('cut and made anew are both told (C91)', () => {
  const faults = headFaults(MADE_ANEW.slice(0, 5), headsOf(TRUE, 4, 6), 'the anchor');
  expect(faults.map((fault) => fault.slice(0, 25))).toEqual([
    expect.stringMatching(/^one of the entries 1 to/),
    expect.stringMatching(/^entry 6 is gone/),
  ]);
});
