import type { Mutant } from '../mutant';
import { AMEND_MUTANTS } from './amend-mutants';
import { CALL_MUTANTS } from './call-mutants';
import { RECEIVER_WORK_MUTANTS } from './receiver-mutants';
import { RELAY_WORK_MUTANTS } from './relay-mutants';
import { SEND_MUTANTS } from './send-mutants';
import { WATCH_MUTANTS } from './watch-mutants';

const TAKE_OVER = 'test/activities/take-over.test.ts';
const RELAY_PAUSE = 'test/activities/relay-pause.test.ts';

export const MUTANTS: Mutant[] = [
  {
    file: 'src/activities/declare-activity.ts',
    from: 'if (unfit !== null) leave?.(failed.message, unfit, taskQueue);',
    to: ';',
    fault: 'a worker of another version takes the attempts until the run holds, beside one that could do it',
    promise: 'C50',
    red: { 'test/faults/old-worker.test.ts': ['a worker of another version'] },
  },
  ...AMEND_MUTANTS,
  ...RELAY_WORK_MUTANTS,
  {
    file: 'src/activities/declare-activity.ts',
    from: '  if (at < 0) return [];\n',
    to: '',
    fault: "the words of a driver's error, which may quote a row, go into the worker's log",
    promise: 'C93',
    red: {
      'test/activities/failure.test.ts': ["the worker's log says where an error of our own was thrown"],
    },
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
    file: 'src/activities/create-activities.ts',
    from: 'const lanes = openDatabase(databaseUrl, { connections: 8, idleTransactionSeconds, keepHead });',
    to: 'const lanes = openDatabase(databaseUrl, { connections: 8, keepHead });',
    fault: 'a worker that freezes inside a claim makes a pause hang',
    promise: 'I2',
    red: { 'test/faults/zombie.test.ts': ['stopped inside a claim: a pause returns and stands'] },
  },
  {
    file: 'src/activities/create-activities.ts',
    from: 'const database = openDatabase(databaseUrl, { connections: 12, idleTransactionSeconds, keepHead });',
    to: 'const database = openDatabase(databaseUrl, { connections: 12, keepHead });',
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
    from: 'hold = holdOfBefore(reason), by, through }',
    to: 'hold = null, by, through }',
    fault: "a hold that an older run asks for is taken for somebody's resume",
    promise: 'I6',
    red: {
      'test/activities/declare-activity.test.ts': [
        'a hold that a run of an older version asks for is recorded with its kind',
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
    file: 'src/activities/expire-slice.ts',
    from: "        if (await isOtherServer(books, run.identity))\n          return await stopped({ kind: 'lost-commits', reason: OTHER_SERVER });\n",
    to: '',
    fault: 'passwords are expired on a copy',
    promise: 'I3',
    red: { 'test/activities/expire-slice.test.ts': ['on another server nothing is expired'] },
  },
  {
    file: 'src/activities/failure.ts',
    from: '  return unnamed(error);\n',
    to: '  return ApplicationFailure.create({ message: (error as Error).message, cause: error as Error });\n',
    fault: "a driver's words, with a customer's address, go to Temporal",
    promise: 'C48',
    red: { 'test/activities/failure.test.ts': ['becomes a failure with a code that Temporal can carry'] },
  },

  // What becomes of a killed worker's claims, and of what the relay has said.
  {
    file: 'src/activities/take-over.ts',
    from: 'const LOOK_FOR_MILLISECONDS = 120_000;',
    to: 'const LOOK_FOR_MILLISECONDS = 0;',
    fault:
      "a killed worker's claims are looked for once: a COMMIT of it that comes later leaves a claim in doubt",
    promise: 'C37',
    red: { [TAKE_OVER]: ['a COMMIT of the killed worker that comes to the ledger after the first look'] },
  },

  // A relay in trouble.
  {
    file: 'src/activities/notify-slice.ts',
    from: '        if (sent.relayInTrouble && !own.avoid(relay)) await clock.wait(RELAY_PAUSE_MILLISECONDS);\n',
    to: '',
    fault: 'a relay that restarts is asked without a pause',
    promise: 'C06',
    red: { [RELAY_PAUSE]: ['is asked once in a slice at most'] },
  },
  {
    file: 'src/activities/lane-relays.ts',
    from: 'const RELAY_PAUSE_MILLISECONDS = 5_000;',
    to: 'const RELAY_PAUSE_MILLISECONDS = 50;',
    fault: 'a relay that restarts is asked twenty times a second',
    promise: 'C06',
    red: { [RELAY_PAUSE]: ['is asked once in a slice at most'] },
  },

  // Which worker does what.
  {
    file: 'src/books/file-versions.ts',
    from: 'return row === undefined ? null : `${row.version} ${row.hash}`;',
    to: 'return row === undefined ? null : `${row.version}`;',
    fault: 'a worker sends words that were lost with a restored backup, and nobody approved',
    promise: 'C103',
    red: {
      'test/activities/run-context.test.ts': ['a file that an older copy of the ledger was amended to'],
    },
  },
  {
    file: 'src/activities/run-context.ts',
    from: 'if (notices.contentHash !== row.content_hash) {',
    to: 'if (false) {',
    fault: 'a worker of another version sends what nobody approved',
    promise: 'C50',
    red: { 'test/activities/run-context.test.ts': ['notices that nobody approved are not sent'] },
  },
  {
    file: 'src/activities/failure.ts',
    from: '  ER_RECORD_FILE_FULL: DISK_FULL,\n',
    to: '',
    fault: 'the operator is not told that the disk of the database is full',
    promise: 'I7',
    red: { 'test/activities/failure.test.ts': ['is told as the full disk that it is'] },
  },
  // The gate, the lease, and a pause.
  {
    file: 'src/activities/watches.ts',
    from: 'STALE_MILLISECONDS = 1_500',
    to: 'STALE_MILLISECONDS = 15_000',
    fault: 'a look at the gate lets dots go for 15 s',
    promise: 'I2',
    red: { 'test/activities/keep-watch.test.ts': ['is no yes: dots go out for 1.5 s after the last one'] },
  },
  {
    file: 'src/activities/notify-slice.ts',
    from: `        const lease = startLease(leaseSeconds);
        givenBack = null;
        const claiming: LaneBooks = { ...books, relays: own.offered() };
        const claim = await claimSurely(claiming, { after: at, upTo: range.upTo }, clock.retrying);
`,
    to: `        givenBack = null;
        const claiming: LaneBooks = { ...books, relays: own.offered() };
        const claim = await claimSurely(claiming, { after: at, upTo: range.upTo }, clock.retrying);
        const lease = startLease(leaseSeconds);
`,
    fault: 'the lease starts after a slow claim',
    promise: 'I2',
    red: { 'test/activities/slow-claim.test.ts': ['the lease of 60 s runs from before its claim'] },
  },
  {
    file: 'src/activities/notify-slice.ts',
    from: 'LEASE_SECONDS = 60;',
    to: 'LEASE_SECONDS = 30 * 60;',
    fault: 'a lease of half an hour',
    promise: 'I2',
    red: { 'test/activities/slow-claim.test.ts': ['the lease of 60 s runs from before its claim'] },
  },
  {
    file: 'src/activities/expire-slice.ts',
    from: "if (brakeOn(gate, 'expire') !== null)",
    to: "if (brakeOn(gate, 'expire') !== null && at === input.range.after)",
    fault: 'a pause stops the expiry in the first chunk of a slice only',
    promise: 'I6',
    red: { 'test/activities/expire-slice.test.ts': ['a gate that is closed while a chunk is expired'] },
  },
  {
    file: 'src/activities/close-books.ts',
    from: 'if (await isOtherServer(books, identity))',
    to: 'if (false)',
    fault: 'a copy on another server is closed',
    promise: 'I1',
    red: { 'test/activities/close-books.test.ts': ['a copy on another server is not closed'] },
  },
  {
    file: 'src/activities/close-books.ts',
    from: 'problems.length > 0 || findings.length > 0',
    to: 'problems.length > 0',
    fault: 'an incident is closed over a password that works again',
    promise: 'I3',
    red: { 'test/activities/close-books.test.ts': ['a password that lives again keeps them open'] },
  },
  ...WATCH_MUTANTS,
  ...SEND_MUTANTS,
  {
    file: 'src/activities/audit-heads.ts',
    from: 'if (!(await isHeadLost(books, head))) continue;',
    to: 'if (!(await isHeadLost(books, head)) || head.seq > 0) continue;',
    fault: "a chain that was made anew gets its new head into Temporal, in the old one's place",
    promise: 'C91',
    red: { 'test/activities/audit-heads.test.ts': ['a head that the chain does not hold any more is kept'] },
  },
  {
    file: 'src/activities/audit-heads.ts',
    from: 'const known = [auditHead, own].filter(',
    to: 'const known = [auditHead].filter(',
    fault: 'a worker does not look whether the chain holds what it wrote itself',
    promise: 'C91',
    red: { 'test/activities/audit-heads.test.ts': ['a worker that wrote an entry itself notices'] },
  },
  {
    file: 'src/activities/audit-heads.ts',
    from: '        if (head.seq > (own?.seq ?? 0)) await keepHead(head);\n',
    to: '',
    fault: 'what was decided past Temporal never reaches the anchor of a worker',
    promise: 'I6',
    red: { 'test/activities/audit-heads.test.ts': ['what an operator decided past Temporal follows'] },
  },
  {
    file: 'src/activities/audit-heads.ts',
    from: '        return { ...plain(head), problem };\n',
    to: '        return { ...plain(head), problem: null };\n',
    fault: 'an anchor that fails is told to nobody but the log',
    promise: 'I7',
    red: { 'test/activities/audit-heads.test.ts': ['an anchor that fails is told to the run'] },
  },
  {
    file: 'src/activities/range-ends.ts',
    from: '    upTo: standIns.get(range.upTo)!,\n',
    to: '    upTo: range.upTo,\n',
    fault: "the ends of ranges stand in Temporal's history, with the addresses that they are",
    promise: 'C93',
    red: {
      'test/activities/range-ends.test.ts': ['ranges that end at addresses go to Temporal and come back'],
    },
  },
  {
    file: 'src/activities/range-ends.ts',
    from: "at === null ? 'the beginning' : standInOf(books, at)",
    to: "at ?? 'the beginning'",
    fault: 'a heartbeat shows the address that its slice has come to',
    promise: 'C93',
    red: { 'test/activities/range-ends.test.ts': ['what a slice shows and tells of its place names nobody'] },
  },
  {
    file: 'src/activities/range-ends.ts',
    from: 'at === upTo ? told.upTo : tellKey(books, at)',
    to: 'at === upTo ? told.upTo : at',
    fault: 'a slice that stops in its range tells Temporal the address of the last customer',
    promise: 'C93',
    red: { 'test/activities/range-ends.test.ts': ['what a slice shows and tells of its place names nobody'] },
  },
  {
    file: 'src/activities/range-ends.ts',
    from: 'at === after ? told.after : ',
    to: '',
    fault: 'a range of an older version in which nothing was done counts as begun, and its row is missed',
    promise: 'I2',
    red: {
      'test/activities/range-ends.test.ts': [
        'of a range that a run of an older version has told by its keys',
      ],
    },
  },
  {
    file: 'src/activities/journal-dots.ts',
    from: 'journal.dot(claimId!, named(message.key!),',
    to: 'journal.dot(claimId!, message.key!,',
    fault: 'a dot journal has the address of each customer whose dot went out',
    promise: 'C93',
    red: { 'test/activities/range-ends.test.ts': ['a dot journal names nobody'] },
  },
  {
    file: 'src/activities/settlement.ts',
    from: ' ?? facts.get(customerId);',
    to: ';',
    fault: 'a journal of an older version tells of nobody whose key is an address, and they are told again',
    promise: 'I2',
    red: { 'test/activities/range-ends.test.ts': ['a journal of an older version'] },
  },
  {
    file: 'src/activities/guard-claim.ts',
    from: 'was not that of ${whose(message.key!)}`',
    to: 'was not that of ${message.key}`',
    fault: "the guard's reason has the address of a customer, and with it gate, audit and Temporal",
    promise: 'C93',
    red: { 'test/activities/range-ends.test.ts': ["the guard's reason"] },
  },
  {
    file: 'src/activities/expire-slice.ts',
    from: "if (brakeOn(gate, 'expire') !== null)",
    to: "if (gate.gate === 'closed')",
    fault: 'law enforcement that asks to wait stops the expiry',
    promise: 'I3',
    red: { 'test/activities/expire-slice.test.ts': ['law enforcement holds the notices, not the expiry'] },
  },
  {
    file: 'src/activities/mail-canary-mailboxes.ts',
    from: "        if (claim.kind === 'gate-closed') return await stopped({ gateClosed: true });\n",
    to: "        if (claim.kind === 'gate-closed') return await stopped({ more: false });\n",
    fault: 'a closed gate ends the canary mailboxes, and nobody hears that some are left',
    promise: 'C100',
    red: { 'test/activities/canary-mailboxes.test.ts': ['with the gate closed no mailbox is mailed'] },
  },
  {
    file: 'src/activities/mail-canary-mailboxes.ts',
    from: 'sessions: sender, gate, relay:',
    to: 'sessions: sender, gate: { ...gate, objection: () => null }, relay:',
    fault: 'a gate that closes amid the canary mailboxes stops none of them',
    promise: 'C100',
    red: { 'test/activities/canary-mailboxes.test.ts': ['a gate that closes amid them stops the rest'] },
  },
  {
    file: 'src/activities/close-books.ts',
    from: '      if (delay !== null) return { closed: false, problems: [delayWords(delay)], findings: [] };\n',
    to: '',
    fault: 'an incident is closed while law enforcement asks to wait, and nobody can release it',
    promise: 'I6',
    red: {
      'test/activities/close-books.test.ts': ['while law enforcement asks to wait they are not closed'],
    },
  },
  {
    file: 'src/activities/keep-journals.ts',
    from: 'dueAt === null ? 0 : Date.parse(dueAt)',
    to: '0',
    fault: 'a worker removes the journals that the file keeps longer',
    promise: 'I6',
    red: { 'test/activities/remove-journals.test.ts': ['as long after the close as the file says'] },
  },
  {
    file: 'src/activities/notify-slice.ts',
    from: "      if (lost !== null) return await result({ kind: 'lost-commits', reason: lost });\n",
    to: '',
    fault:
      'a copy that has lost a hold of law enforcement has its open gate believed, and customers are told',
    promise: 'I6',
    red: { 'test/activities/nothing-lost.test.ts': ['a copy that lacks a hold of law enforcement'] },
  },
  {
    file: 'src/activities/mail-canary-mailboxes.ts',
    from: '    if (lost !== null) return { sent: 0, refused: [], lost };\n',
    to: '',
    fault: 'the canary mailboxes are mailed by a database that has lost decisions',
    promise: 'I6',
    red: { 'test/activities/canary-mailboxes.test.ts': ['has lost decisions that Temporal knows of'] },
  },
  {
    file: 'src/activities/close-books.ts',
    from: '    if (lost !== null) return { closed: false, problems: [lost], findings: [] };\n',
    to: '',
    fault: 'an incident is closed for good over a record that has lost decisions',
    promise: 'I6',
    red: { 'test/activities/close-books.test.ts': ['a chain that has lost what Temporal knows'] },
  },
  {
    file: 'src/books/audit-chain.ts',
    from: 'OR action = ${RECONCILE} AND LOCATE(${hash}, detail) > 0',
    to: 'OR action = ${RECONCILE}',
    fault: 'one reconcile takes each later loss of decisions for known',
    promise: 'I6',
    red: { 'test/activities/nothing-lost.test.ts': ['a copy that lacks a hold of law enforcement'] },
  },
  {
    file: 'src/activities/settlement.ts',
    from: 'await surely(() => releaseUnacknowledged(books, token), retrying);',
    to: 'await releaseUnacknowledged(books, token);',
    fault: 'a claim whose COMMIT died with its server is in doubt when the server is away for a moment',
    promise: 'C101',
    red: { 'test/activities/notify-slice.test.ts': ['the server dies with the COMMIT of a claim'] },
  },
  {
    file: 'src/books/unsettled-claims.ts',
    from: 'AND settled IN (0, 2) AND token',
    to: 'AND settled = 0 AND token',
    fault: 'what was swept while the server was away stays in doubt, though nothing of it was rendered',
    promise: 'C101',
    red: { 'test/activities/notify-slice.test.ts': ['the server dies with the COMMIT of a claim'] },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: '    if (!asked) await settleSurely(books, ref, free, send.retrying);\n',
    to: '',
    fault: 'a claim that could be handed to no session is in doubt',
    promise: 'I1',
    red: { 'test/activities/send-claim.test.ts': ['could be handed to no session is free at once'] },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: 'if (!asked) await',
    to: 'await',
    fault: 'a claim that fails after its dots is given back, and told again',
    promise: 'I2',
    red: { 'test/activities/send-claim.test.ts': ['fails when dots may have gone out'] },
  },
  {
    file: 'src/books/mailboxes.ts',
    from: '    await advanceLane(claiming, lane.ratePerSecond, messages);\n',
    to: '',
    fault: 'the canary mailboxes are mailed as fast as the relay takes it',
    promise: 'C100',
    red: { 'test/activities/canary-mailboxes.test.ts': ['the pace of the run is theirs'] },
  },
  {
    file: 'src/activities/mail-canary-mailboxes.ts',
    from: 'left.unshift(...batch.filter((_, i) => isBack(i)));',
    to: '',
    fault: 'mailboxes that a pause kept from their message never get it',
    promise: 'C100',
    red: { 'test/activities/canary-mailboxes.test.ts': ['a gate that closes amid them stops the rest'] },
  },
  {
    file: 'src/activities/mail-canary-mailboxes.ts',
    from: 'choices: null, guard, dots: null',
    to: 'choices: null, guard: { objection: () => null }, dots: null',
    fault: 'a mailbox gets a message that no guard has looked at',
    promise: 'C43',
    red: { 'test/activities/canary-mailboxes.test.ts': ['a message that holds something foreign'] },
  },
  {
    file: 'src/books/mailboxes.ts',
    from: '    if (lane?.token !== books.laneToken) return false;\n',
    to: '',
    fault: 'an attempt that was given up says how far the mailboxes are mailed',
    promise: 'C100',
    red: {
      'test/activities/canary-mailboxes.test.ts': [
        'nor does one that loses it only once its last message is out',
      ],
    },
  },
  {
    file: 'src/activities/mail-canary-mailboxes.ts',
    from: 'return { sent: 0, refused: progress.refused };',
    to: 'return { sent: 0, refused: [] };',
    fault:
      'a block that the canary has met is forgotten when the run is ended amid it, and everybody is mailed',
    promise: 'I7',
    red: { 'test/activities/canary-mailboxes.test.ts': ['what the relay did not take is on record'] },
  },
  ...RECEIVER_WORK_MUTANTS,
  ...CALL_MUTANTS,
];
