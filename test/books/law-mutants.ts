import type { Mutant } from '../mutant';

const DELAY = 'test/books/delay.test.ts';

/** Of law enforcement's delay. */
export const LAW_MUTANTS: Mutant[] = [
  {
    file: 'src/books/migrations/0006-law.ts',
    from: " AND (delay_since IS NULL OR gate = 'closed'))",
    to: ')',
    fault: 'an older worker, or a hand, opens the gate while law enforcement asks to wait',
    promise: 'I2',
    red: { [DELAY]: ['the table itself refuses an open gate'] },
  },
  {
    file: 'src/books/gate.ts',
    from: ' AND delay_since IS NULL`',
    to: '`',
    fault: 'a resume runs into the rule of the table, and fails instead of ending the pause',
    promise: 'I6',
    red: { [DELAY]: ['no resume of any fence opens the gate', 'a resume ends the pause alone'] },
  },
  {
    file: 'src/books/delay.ts',
    from: "row.gate === 'open' ? fence + 1 : fence - 1",
    to: "row.gate === 'open' ? fence + 1 : fence",
    fault: 'a release lets go what somebody had paused before the request',
    promise: 'I2',
    red: { [DELAY]: ['a pause that came before, or meanwhile, outlives the release'] },
  },
  {
    file: 'src/books/delay.ts',
    from: ' AND fence = ${fence} AND delay_fence <> fence`',
    to: '`',
    fault: 'a resume of an older fence ends a later pause while law enforcement asks to wait',
    promise: 'I2',
    red: { [DELAY]: ['a pause that came before, or meanwhile, outlives the release'] },
  },
  {
    file: 'src/books/delay.ts',
    from: '    if (pausedToo) return true;\n',
    to: '',
    fault: 'a release opens the gate that the breaker closed meanwhile',
    promise: 'I2',
    red: { [DELAY]: ['a pause that came before, or meanwhile, outlives the release'] },
  },
  {
    file: 'src/books/delay.ts',
    from: '    if (delay?.since !== seen.since) return false;\n',
    to: '    if (delay === null) return false;\n',
    fault: 'a release that froze undoes a later request',
    promise: 'I2',
    red: { [DELAY]: ['who asks while one stands is written beside it'] },
  },
  {
    file: 'src/books/delay.ts',
    from: "    await appendAudit(decided, { who: by, action: 'law-enforcement-hold', detail: { reason } });\n",
    to: '',
    fault: 'a request stands, and nobody wrote down who asked',
    promise: 'I6',
    red: { [DELAY]: ['all of it is done and on the record, or none'] },
  },
  {
    file: 'src/books/delay.ts',
    from: '  await lockOpenIncident(decided);\n',
    to: '',
    fault: 'a closed incident is held, and nobody can release it',
    promise: 'I6',
    red: { [DELAY]: ['of a closed incident nothing is held or released'] },
  },
];
