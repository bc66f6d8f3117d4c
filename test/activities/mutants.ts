import type { Mutant } from '../mutant';

export const MUTANTS: Mutant[] = [
  {
    file: 'src/activities/dot-checks.ts',
    from: "    ['guard', guard.objection],\n",
    to: '',
    fault: 'no guard before the dot',
    promise: 'C43',
    red: { 'test/activities/guard-claim.test.ts': ["a message with another customer's data gets no dot"] },
  },
  {
    file: 'src/activities/nothing-lost.ts',
    from: 'return (await lostClaims(books.db, last)).length === 0;',
    to: 'return true;',
    fault: 'a worker that was started anew over an older copy asks no journal',
    promise: 'I2',
    red: { 'test/activities/nothing-lost.test.ts': ['an older copy under a worker that was started anew'] },
  },
  {
    file: 'src/activities/nothing-lost.ts',
    from: '    if (!(await hasNotice(books, wave, range.after))) return false;\n',
    to: '',
    fault: 'that the row is gone where the range stood is not noticed',
    promise: 'I2',
    red: {
      'test/activities/nothing-lost.test.ts': [
        'an older copy, a worker that was started anew, and no journals',
      ],
    },
  },
  {
    file: 'src/activities/nothing-lost.ts',
    from: 'if (range.begun && range.after !== null)',
    to: 'if (range.after !== null)',
    fault: 'a row is asked for that need not be there yet, and the run holds',
    promise: 'I1',
    red: {
      'test/activities/nothing-lost.test.ts': [
        'a worker that was started anew over books that have all goes on',
      ],
    },
  },
  {
    file: 'src/activities/nothing-lost.ts',
    from: '    .filter(({ mark }) => mark === incidentMark(run.row.message_key))\n',
    to: '',
    fault: "another ledger's journals in the folder make the run hold",
    promise: 'I1',
    red: { 'test/activities/nothing-lost.test.ts': ["another ledger's journals in the same folder"] },
  },
  {
    file: 'src/activities/dot-checks.ts',
    from: "    ['lease', lease.objection],\n    ['gate', gate.objection],\n",
    to: '',
    fault: 'neither lease nor gate is asked before a dot',
    promise: 'I2',
    red: { 'test/faults/zombie.test.ts': ['stopped past its lease between claim and dot, then woken'] },
  },
  {
    file: 'src/activities/create-activities.ts',
    from: 'const lanes = openDatabase(databaseUrl, { connections: 8, idleTransactionSeconds });',
    to: 'const lanes = openDatabase(databaseUrl, { connections: 8 });',
    fault: 'a worker that freezes inside a claim makes a pause hang',
    promise: 'I2',
    red: { 'test/faults/zombie.test.ts': ['stopped inside a claim: a pause returns and stands'] },
  },
  {
    file: 'src/activities/create-activities.ts',
    from: 'const database = openDatabase(databaseUrl, { connections: 12, idleTransactionSeconds });',
    to: 'const database = openDatabase(databaseUrl, { connections: 12 });',
    fault: 'a worker that freezes inside a decision makes a pause hang',
    promise: 'I2',
    red: { 'test/faults/zombie.test.ts': ['stopped inside an opening of the gate'] },
  },
  {
    file: 'src/activities/create-activities.ts',
    from: 'const keeper = journals && keepJournals(journals, { database, runs, log });',
    to: 'const keeper = null as { stop(): Promise<void> } | null;',
    fault: 'nobody looks after the claims of a killed worker',
    promise: 'I1',
    red: { 'test/activities/take-over.test.ts': ['a worker looks for killed ones by itself'] },
  },
  {
    file: 'src/activities/create-activities.ts',
    from: 'hold = holdOfBefore(reason), by }',
    to: 'hold = null, by }',
    fault: "a hold that an older run asks for is taken for somebody's resume",
    promise: 'I6',
    red: {
      'test/activities/declare-activity.test.ts': [
        'a hold that a run of an older version asks for is recorded with its kind',
      ],
    },
  },
  {
    file: 'src/activities/journal-dots.ts',
    from: 'answered: (message, outcome) => journal.answered(claimId!, message.key!, outcome),',
    to: 'answered: () => undefined,',
    fault: 'what the relay has answered is not in the journal',
    promise: 'I2',
    red: { 'test/faults/dead-worker.test.ts': ['kill -9 after the reply and before settle'] },
  },
  {
    file: 'src/activities/journal-dots.ts',
    from: '      written(() => journal.dot(claimId!, message.key!, `${lane}/${session}`));\n',
    to: '',
    fault: 'a dot is not in the journal, and its customer is told again',
    promise: 'I2',
    red: { 'test/faults/dead-worker.test.ts': ['a worker that runs out of memory after its dots'] },
  },
  {
    file: 'src/activities/journal-dots.ts',
    from: "return unwritten === null ? null : 'the dot journal cannot be written';",
    to: 'return null;',
    fault: 'a dot goes out that the journal could not take',
    promise: 'I2',
    red: { 'test/faults/full-disk.test.ts': ["a worker's disk is full, journal and log"] },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: '  if (unwritten !== null) throw unwritten;\n',
    to: '',
    fault: "that the worker's disk is full is not said",
    promise: 'I7',
    red: { 'test/faults/full-disk.test.ts': ["a worker's disk is full, journal and log"] },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: "books.wave === 'reminder' ? watchChoices(books, customers) : null",
    to: 'null',
    fault: 'whoever chooses a password after the claim is reminded',
    promise: 'I2',
    red: {
      'test/activities/notify-slice.test.ts': [
        'whoever chooses a new password between the claim and the dot is not reminded',
      ],
    },
  },
  {
    file: 'src/activities/declare-activity.ts',
    from: '      await ownLedgerOnly(input, database);\n',
    to: '',
    fault: 'a worker does the work of another ledger',
    promise: 'C80',
    red: {
      'test/activities/declare-activity.test.ts': [
        'the work of another ledger is not done',
        'a ledger that was put in the place of the one that the worker knew',
        'every activity is declared',
      ],
    },
  },
  {
    file: 'src/activities/decide-notice.ts',
    from: 'notices.variantOf(candidate, wave)',
    to: 'notices.variantOf({ ...candidate, region: null }, wave)',
    fault: 'whose law the region decides gets the words of another one',
    promise: 'C63',
    red: {
      'test/activities/notice-variants.test.ts': [
        'a run sends each customer the notice of their language, law and password',
      ],
    },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: 'notice: notices.variantOf(customer, wave),',
    to: 'notice: notices.variantOf({ ...customer, region: null }, wave),',
    fault: 'what is sent is another notice than the books have',
    promise: 'C63',
    red: {
      'test/activities/notice-variants.test.ts': [
        'a run sends each customer the notice of their language, law and password',
      ],
    },
  },
  {
    file: 'src/activities/expire-slice.ts',
    from: "        if (await isOtherServer(books, run.identity))\n          return stopped({ kind: 'lost-commits', reason: OTHER_SERVER });\n",
    to: '',
    fault: 'passwords are expired on a copy',
    promise: 'I3',
    red: { 'test/activities/expire-slice.test.ts': ['on another server nothing is expired'] },
  },
  {
    file: 'src/activities/keep-journals.ts',
    from: '          at !== null && Date.parse',
    to: '          at === null || Date.parse',
    fault: 'journals go while their incident may need them',
    promise: 'I2',
    red: {
      'test/activities/remove-journals.test.ts': ['journals are kept while their incident may need them'],
    },
  },
  {
    file: 'src/activities/keep-journals.ts',
    from: 'const KEPT_MILLISECONDS = 10 * 60_000;',
    to: 'const KEPT_MILLISECONDS = 0;',
    fault: 'journals go as soon as the incident is closed',
    promise: 'I2',
    red: {
      'test/activities/remove-journals.test.ts': ['journals are kept while their incident may need them'],
    },
  },
  {
    file: 'src/activities/failure.ts',
    from: '  return unnamed(error);\n',
    to: '  return ApplicationFailure.create({ message: (error as Error).message, cause: error as Error });\n',
    fault: "a driver's words, with a customer's address, go to Temporal",
    promise: 'C48',
    red: { 'test/activities/failure.test.ts': ['becomes a failure with a code that Temporal can carry'] },
  },
  {
    file: 'src/activities/lane-senders.ts',
    from: 'if (known?.sessions === sessions) return known.sender;',
    to: 'if (known) return known.sender;',
    fault: "the canary's lane keeps all sessions, and the relay gets more than the file allows",
    promise: 'C05',
    red: {
      'test/activities/lane-senders.test.ts': ['after the canary, which has all sessions for its one lane'],
    },
  },
];
