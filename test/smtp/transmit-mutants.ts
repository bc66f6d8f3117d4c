import type { Mutant } from '../mutant';

const AFTER_REFUSALS = 'test/smtp/after-refusals.test.ts';
const OPEN_SENDER = 'test/smtp/open-sender.test.ts';
const TRANSMIT = 'test/smtp/transmit.test.ts';
const NO_DOT = 'after a 354 it may not dot, the connection is dropped';

/** The dot that may not go out, and the share of a session. */
export const TRANSMIT_MUTANTS: Mutant[] = [
  {
    file: 'src/smtp/transmit.ts',
    from: 'if (!feed.mayDot(current.item, current.content)) {',
    to: 'feed.mayDot(current.item, current.content);\n    if (dots < 0) {',
    fault: 'a dot goes out against lease, gate, guard and journal',
    promise: 'I2',
    red: { [TRANSMIT]: [NO_DOT], [OPEN_SENDER]: ['stopping one batch releases all of it that has no dot'] },
  },
  {
    file: 'src/smtp/transmit.ts',
    from: '      end(null);\n      return;\n    }\n    // From here',
    to: '      return;\n    }\n    // From here',
    fault: 'the session in which no dot may go out stays open in the middle of a message',
    promise: 'I2',
    red: { [TRANSMIT]: ['is dropped in the middle of its message, and not used again'] },
  },
  {
    file: 'src/smtp/transmit.ts',
    from: '      inFlight = null;\n      if (next !== null)',
    to: '      if (next !== null)',
    fault: 'who was not dotted is in doubt',
    promise: 'I1',
    red: { [TRANSMIT]: [NO_DOT] },
  },
  {
    file: 'src/smtp/transmit.ts',
    from: '      if (next !== null) feed.putBack(next.item, null);\n',
    to: "      if (next !== null) feed.settle(next.item, { kind: 'skipped', phase: 'before-dot', reason: 'cannot-be-rendered' });\n",
    fault: 'a pause takes the next customer out for good',
    promise: 'I1',
    red: { [TRANSMIT]: [NO_DOT] },
  },
  {
    file: 'src/smtp/transmit.ts',
    from: '    dots++;\n',
    to: '',
    fault: "a session goes on after the relay's share of messages",
    promise: 'C05',
    red: { [OPEN_SENDER]: ['parts after so many messages per session'] },
  },
  {
    file: 'src/smtp/transmit.ts',
    from: 'if (dots + (inFlight === null ? 0 : 1) >= messagesPerSession)',
    to: 'if (dots >= messagesPerSession)',
    fault: "the next envelope goes beyond the relay's share of messages",
    promise: 'C05',
    red: { [OPEN_SENDER]: ['parts after so many messages per session'] },
  },
  {
    file: 'src/smtp/transmit.ts',
    from: 'const expected = accepted > 0 || restarting;',
    to: 'const expected = restarting;',
    fault: 'a relay that parts after its share of messages trips the breaker',
    promise: 'C05',
    red: { [TRANSMIT]: ['a 421 to RSET after a refused customer is the same limit'] },
  },
  {
    file: 'src/smtp/transmit.ts',
    from: '(wokenBefore && isIdle())',
    to: 'isIdle()',
    fault:
      'a relay that closes each session while it is put on record is asked for ever, and nobody hears of it',
    promise: 'I7',
    red: { [OPEN_SENDER]: ['a relay that closes each session while it is put on record'] },
  },
  {
    file: 'src/smtp/transmit.ts',
    from: 'const expected = accepted > 0 || restarting;',
    to: 'const expected = true;',
    fault: 'a relay that is closing is asked for ever, and nobody hears of it',
    promise: 'I7',
    red: { [AFTER_REFUSALS]: ['refused just before a 421, has failed'] },
  },
  {
    file: 'src/smtp/open-sender.ts',
    from: "slot.state = parting === null ? 'closed' : 'parting';",
    to: "slot.state = 'closed';",
    fault: 'while a session parts the relay counts one more of ours than were promised',
    promise: 'C99',
    red: { [OPEN_SENDER]: ['a session is opened once the one before it has parted'] },
  },
];
