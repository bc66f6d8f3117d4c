import type { Mutant } from '../mutant';

const RECEIVERS = 'test/books/receivers.test.ts';

/** Who waits for a receiver, and until when. */
export const RECEIVER_MUTANTS: Mutant[] = [
  {
    file: 'src/books/receivers.ts',
    from: "const paused = named(({ state }) => state === 'paused');",
    to: 'const paused = named(() => false);',
    fault: 'a claim reads everybody of a paused receiver, each time anew',
    promise: 'C98',
    red: { [RECEIVERS]: ['a paused receiver is waited for without end'] },
  },
  {
    file: 'src/books/receivers.ts',
    from: "AND fence = ${fence} AND state = 'aside'`.execute(\n      db,",
    to: "AND state = 'aside'`.execute(\n      db,",
    fault: 'each lane tries a receiver that is aside, at the same time',
    promise: 'C98',
    red: { [RECEIVERS]: ['two lanes that saw the time come at once'] },
  },
  {
    file: 'src/books/receivers.ts',
    from: "  if (before !== undefined && before.state !== 'open') return null;\n",
    to: '',
    fault: 'a second worker puts a receiver aside anew, also one that somebody has paused',
    promise: 'I6',
    red: {
      [RECEIVERS]: ['two workers that see the same put it aside once', 'paused while a try is on its way'],
    },
  },
  {
    file: 'src/books/receivers.ts',
    from: "AND fence = ${fence} AND state = 'aside' FOR UPDATE",
    to: 'FOR UPDATE',
    fault: 'what an old try saw undoes the word of a person',
    promise: 'I6',
    red: { [RECEIVERS]: ['paused while a try is on its way', 'a worker that dies with a try'] },
  },
  {
    file: 'src/books/receivers.ts',
    from: '    await lockOpenIncident(decided);\n    const before = await lockReceiver(decided, receiver);\n    if (before?.state',
    to: '    const before = await lockReceiver(decided, receiver);\n    if (before?.state',
    fault: 'a claim that read the receivers before a pause commits after it',
    promise: 'I2',
    red: { [RECEIVERS]: ['of a closed incident nothing is put aside, paused or resumed'] },
  },
  {
    file: 'src/books/kept-back.ts',
    from: 'else if (waitsFor !== receiver.receiver)',
    to: 'else',
    fault: 'a try writes the row of everybody who waits',
    promise: 'C98',
    red: { [RECEIVERS]: ['when the time comes one claim tries three'] },
  },
  {
    file: 'src/books/kept-back.ts',
    from: '    else if (isOver) sorted.goesOn.push(customer);\n',
    to: '',
    fault: 'whom a receiver never takes waits for ever, or spins',
    promise: 'I1',
    red: { [RECEIVERS]: ['aside for as long as the file lets anybody wait'] },
  },
  {
    file: 'src/books/kept-back.ts',
    from: 'if (tried.probe === null || tried.left === 0) return false;',
    to: 'if (tried.probe === null) return false;',
    fault: 'a try takes as many as a claim holds',
    promise: 'C98',
    red: { [RECEIVERS]: ['when the time comes one claim tries three'] },
  },
  {
    file: 'src/books/transitions.ts',
    from: 'giveUpAfterSeconds === null ? now : sql`first_deferred_at',
    to: 'false ? now : sql`first_deferred_at',
    fault: "a pause uses up the customers' own time",
    promise: 'C98',
    red: { [RECEIVERS]: ['a paused receiver is waited for without end'] },
  },
  {
    file: 'src/books/transitions.ts',
    from: 'first_deferred_at = ${deferredSince}, receiver = NULL,',
    to: 'first_deferred_at = ${deferredSince},',
    fault: 'who waited for a receiver can never be claimed',
    promise: 'I1',
    red: { 'test/books/transitions.test.ts': ['gives the row all that its new state needs'] },
  },
  {
    file: 'src/books/balance.ts',
    from: "return waitedFor.state === 'paused' ? null : earlier(retryAt, waitedFor.nextTryAt);",
    to: 'return retryAt;',
    fault: 'the run sleeps until a receiver has waited too long, and never tries it',
    promise: 'C98',
    red: { [RECEIVERS]: ['of a receiver that is aside nobody is claimed'] },
  },
];
