import type { Mutant } from '../mutant';

const RANGE_PLAN = 'test/incident/range-plan.test.ts';
const SMTP_OUTCOME = 'test/incident/smtp-outcome.test.ts';
const RETRY = 'test/incident/retry-backoff.test.ts';

export const MUTANTS: Mutant[] = [
  {
    file: 'src/incident/settle-step.ts',
    from: "  if (books.missing > 0) return { kind: 'rows-missing', count: books.missing };\n",
    to: '',
    fault: 'rows that the ledger has lost are not missed',
    promise: 'I2',
    red: {
      'test/incident/settle-step.test.ts': [
        'rows missing',
        'rows missing, and others to tell: nobody is told before that is looked into',
      ],
    },
  },
  {
    file: 'src/incident/older-holds.ts',
    from: "  ['Canary done:', 'canary-done'],\n",
    to: '',
    fault: 'resume of an older run after its canary means something else',
    promise: 'I2',
    red: {
      'test/books/migrate.test.ts': ['a run that held before holds had a kind keeps what resume means there'],
    },
  },
  {
    file: 'src/incident/greeting-name.ts',
    from: "  if (/[@/:．。｡․﹒]/.test(name) || LINK_WORD.test(name)) return 'link';\n",
    to: '',
    fault: 'a name that is a link stands in the greeting',
    promise: 'C21',
    red: { 'test/incident/greeting-name.test.ts': ['gets the neutral greeting'] },
  },
  {
    file: 'src/incident/range-plan.ts',
    from: 'else if (at !== null && at !== range.after) {',
    to: 'else if (at !== null) {',
    fault: 'a range in which nothing was committed counts as begun: its key without a row then stops the run',
    promise: 'I2',
    red: { [RANGE_PLAN]: ['a slice that committed nothing moves nothing, and its range has not begun'] },
  },
  {
    file: 'src/incident/range-plan.ts',
    from: '    range.begun = true;\n',
    to: '',
    fault: 'a range never counts as begun, so that lost commits are not looked for',
    promise: 'I2',
    red: { [RANGE_PLAN]: ['a range that something was committed in has begun'] },
  },
  {
    file: 'src/incident/smtp-outcome.ts',
    from: 'new Set([454, 502,',
    to: 'new Set([502,',
    fault: 'a relay whose TLS is down puts off the customer',
    promise: 'C06',
    red: { [SMTP_OUTCOME]: ['TLS not available'] },
  },
  {
    file: 'src/incident/smtp-outcome.ts',
    from: '530, 534, 535, 538]',
    to: '530]',
    fault: 'a customer fails because the relay does not take our password',
    promise: 'C06',
    red: { [SMTP_OUTCOME]: ['mechanism too weak', 'encryption needed'] },
  },
  {
    file: 'src/incident/smtp-outcome.ts',
    from: 'if (code === 421 || SESSION_CODES',
    to: 'if (SESSION_CODES',
    fault: 'a relay that goes down puts off the customer',
    promise: 'C06',
    red: { [SMTP_OUTCOME]: ['down at RCPT', 'down at the dot'] },
  },
  {
    file: 'src/incident/smtp-outcome.ts',
    from: "if (code === 421) return phase !== 'dot' && acceptedInSession > 0;",
    to: 'if (code === 421) return acceptedInSession > 0;',
    fault: 'a customer whose dot was answered with 421 is sent to again in the same breath',
    promise: 'I2',
    red: { [SMTP_OUTCOME]: ['down at the dot'] },
  },
  {
    file: 'src/incident/breaker.ts',
    from: '  return [...times].reduce((most, counted) => (counted[1] > most[1] ? counted : most))[0];',
    to: '  return failures.at(-1)!.said;',
    fault: 'the hold tells the last words of the relay, not why it refuses',
    promise: 'I7',
    red: { 'test/incident/breaker.test.ts': ['the most frequent is told, not what came of it at the end'] },
  },
  {
    file: 'src/incident/retry-backoff.ts',
    from: '  if (leftSeconds <= 0) return { giveUp: true };\n',
    to: '',
    fault: 'whoever is put off is tried for ever',
    promise: 'I1',
    red: { [RETRY]: ['the last attempt falls on the end, and after it the notice has failed'] },
  },
  {
    file: 'src/incident/retry-backoff.ts',
    from: 'Math.min(wait, leftSeconds)',
    to: 'wait',
    fault: 'no attempt falls on the end of the time that the file gives',
    promise: 'I1',
    red: { [RETRY]: ['the last attempt falls on the end, and after it the notice has failed'] },
  },
  {
    file: 'src/incident/retry-backoff.ts',
    from: 'retry.firstAfterSeconds * 2 **',
    to: 'retry.firstAfterSeconds * 1 **',
    fault: 'whoever is put off is tried again as often as at first',
    promise: 'I1',
    red: { [RETRY]: ['comes a wait of'] },
  },
];
