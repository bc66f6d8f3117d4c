import type { Mutant } from '../mutant';

const RELAYS = 'test/books/relays.test.ts';

/** Which relay a claim is of, and what leaves one out. */
export const RELAY_MUTANTS: Mutant[] = [
  {
    file: 'src/books/relays.ts',
    from: 'state === IN && own.includes(relay));\n  if (open.length === 0)',
    to: 'own.includes(relay));\n  if (open.length === 0)',
    fault: 'claims are made for a relay that is left out',
    promise: 'C112',
    red: { [RELAYS]: ['once a relay is left out no claim is made for it'] },
  },
  {
    file: 'src/books/relays.ts',
    from: '    await lockOpenIncident(decided);\n    const known = await readRelays(decided);\n    // Of a claim',
    to: '    const known = await readRelays(decided);\n    // Of a claim',
    fault: 'a claim of before commits after its relay was left out',
    promise: 'I2',
    red: { [RELAYS]: ['a claim that is being made holds off the leaving out'] },
  },
  {
    file: 'src/books/relays.ts',
    from: 'if (mine !== undefined && (mine.fence !== fence || mine.state === OUT)) return null;',
    to: 'if (mine !== undefined && mine.state === OUT) return null;',
    fault: 'a relay that was put right is left out for what was before',
    promise: 'C112',
    red: { [RELAYS]: ['what a claim of before meets counts for nothing'] },
  },
  {
    file: 'src/books/relays.ts',
    from: 'each !== mine && each.state === IN && own.includes(each.relay)',
    to: 'each !== mine && each.state === IN',
    fault: 'the last relay that a worker has is left out, and it waits for ever',
    promise: 'I7',
    red: { [RELAYS]: ['a relay of which only another worker has the address'] },
  },
  {
    file: 'src/books/relays.ts',
    from: 'if (mine === undefined || others.length === 0)',
    to: 'if (mine === undefined)',
    fault: 'the last relay is left out, and nobody closes the gate',
    promise: 'I7',
    red: { [RELAYS]: ['a relay of which only another worker has the address'] },
  },
  {
    file: 'src/books/relays.ts',
    from: 'const twin = mark === null ? null : await leftOutFor(decided, mark);',
    to: 'const twin = null;',
    fault: 'a message that every relay refuses goes on to the next one',
    promise: 'I7',
    red: { [RELAYS]: ['a third relay is no help'] },
  },
  {
    file: 'src/books/relays.ts',
    from: 'if (mine.length < own.length || mine.some(({ state }) => state === IN)) return null;',
    to: 'if (mine.length < own.length) return null;',
    fault: 'the gate closes although a relay was taken in again meanwhile',
    promise: 'C112',
    red: { [RELAYS]: ['the last one is not left out by hand'] },
  },
  {
    file: 'src/books/relays.ts',
    from: "if (!known.some((each) => each.relay !== relay && each.state === IN)) return 'last';\n",
    to: '',
    fault: 'the last relay is left out by hand, and nobody is told',
    promise: 'I7',
    red: { [RELAYS]: ['the last one is not left out by hand'] },
  },
  {
    file: 'src/books/session-slots.ts',
    from: 'return relay === 1 ? `session-${slot + 1}` : `session-${relay}-${slot + 1}`;',
    to: 'return `session-${slot + 1}`;',
    fault: 'a relay has fewer sessions than the file says, since another has its slots',
    promise: 'C99',
    red: { [RELAYS]: ['each relay has sessions of its own'] },
  },
  {
    file: 'src/books/claim.ts',
    from: 'await insertClaim(books, { token, relay: relay.relay }, toSend)',
    to: 'await insertClaim(books, { token, relay: books.relays.own[0]! }, toSend)',
    fault: 'the books say another relay than the one that took the message',
    promise: 'I6',
    red: { [RELAYS]: ['a claim is of one relay, by weight, and its row says which'] },
  },
];
