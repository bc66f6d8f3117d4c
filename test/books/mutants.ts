import type { Mutant } from '../mutant';
import { AMEND_MUTANTS } from './amend-mutants';
import { AUDIT_MUTANTS } from './audit-mutants';
import { GATE_MUTANTS } from './gate-mutants';
import { LAW_MUTANTS } from './law-mutants';
import { LEASE_MUTANTS } from './lease-mutants';
import { MIGRATE_MUTANTS } from './migrate-mutants';
import { RECEIVER_MUTANTS } from './receiver-mutants';
import { RELAY_MUTANTS } from './relay-mutants';
import { STAND_IN_MUTANTS } from './stand-in-mutants';

const RACES = 'test/books/claim-races.test.ts';
const CLAIMS = 'test/books/claim-notices.test.ts';
const SPOILED = 'test/faults/spoiled-commits.test.ts';

export const MUTANTS: Mutant[] = [
  ...AMEND_MUTANTS,
  ...AUDIT_MUTANTS,
  ...MIGRATE_MUTANTS,
  ...RELAY_MUTANTS,
  ...STAND_IN_MUTANTS,
  ...LAW_MUTANTS,
  {
    file: 'src/books/claim.ts',
    from: 'if (!(await claimAgain(books, claimId, withRow))) throw new TakenMeanwhile();',
    to: 'await claimAgain(books, claimId, withRow);',
    fault: 'a claim sends whom another has just taken',
    promise: 'I2',
    red: { [RACES]: ['two claims that read the same customers'] },
  },
  {
    file: 'src/books/claim.ts',
    from: ' AND state = ${state} AND ${movableBy(transition)}',
    to: ' AND ${movableBy(transition)}',
    fault: 'who was put off meanwhile is claimed before the time',
    promise: 'I2',
    red: { [RACES]: ['whom another claim has had put off meanwhile'] },
  },
  {
    file: 'src/books/claim.ts',
    from: 'AND lane = ${lane} FOR UPDATE`',
    to: 'AND lane = ${lane}`',
    fault: 'a lane that is taken over still gets a claim of the attempt before',
    promise: 'I2',
    red: { [RACES]: ['who takes a lane over waits'] },
  },
  {
    file: 'src/books/claim.ts',
    from: "  if (lane?.token !== books.laneToken) return { kind: 'lane-lost' };\n",
    to: '',
    fault: 'an attempt that was given up claims beside its retry',
    promise: 'I2',
    red: { [CLAIMS]: ['an attempt whose lane was taken over claims nothing'] },
  },
  {
    file: 'src/books/claim.ts',
    from: 'FROM lanes WHERE incident = ${incident} AND lane = ${lane} FOR UPDATE',
    to: 'FROM lanes WHERE lane = ${lane} ORDER BY next_send_at DESC LIMIT 1 FOR UPDATE',
    fault: "a lane is any incident's",
    promise: 'I1',
    red: { [RACES]: ["another incident's lanes and notices"] },
  },
  {
    file: 'src/books/claim.ts',
    from: '+ INTERVAL ${microseconds} MICROSECOND\n    WHERE incident = ${incident} AND lane',
    to: '+ INTERVAL ${microseconds} MICROSECOND\n    WHERE lane',
    fault: "a claim moves the time of another incident's lane",
    promise: 'I1',
    red: { [RACES]: ["another incident's lanes and notices"] },
  },
  {
    file: 'src/books/candidates.ts',
    from: 'LEFT JOIN notices n ON n.incident = k.incident AND n.wave',
    to: 'LEFT JOIN notices n ON n.wave',
    fault: 'whom another incident has told is not told',
    promise: 'I1',
    red: { [RACES]: ["another incident's lanes and notices"] },
  },
  {
    file: 'src/books/candidates.ts',
    from: '      AND (n.state IS NULL OR ${states[wanted](receivers)})\n',
    to: '',
    fault: 'whom another claim holds, or who was told, is claimed',
    promise: 'I2',
    red: { [CLAIMS]: ['outcomes settle, released and due ones are claimed again, sent ones never'] },
  },
  {
    file: 'src/books/claim.ts',
    from: "if (last !== null && (await lostClaims(books.db, [last])).length > 0) return { kind: 'lost-commits' };",
    to: '',
    fault: 'an older copy under a worker that goes on is not noticed',
    promise: 'I2',
    red: { 'test/activities/nothing-lost.test.ts': ['an older copy under a worker that goes on'] },
  },
  {
    file: 'src/books/settle-claim.ts',
    from: ' AND claim_id = ${claimId} AND ${movableBy(transition)}`',
    to: ' AND claim_id = ${claimId}`',
    fault: 'settled again, a claim takes its first outcome back',
    promise: 'I2',
    red: { 'test/books/settle-again.test.ts': ['stays so, with its reply and its time'] },
  },
  {
    file: 'src/books/settle-claim.ts',
    from: ' AND claim_id = ${claimId} AND ${movableBy(transition)}`',
    to: ' AND ${movableBy(transition)}`',
    fault: "a claim settles another claim's customer",
    promise: 'I2',
    red: { [CLAIMS]: ['a claim that is not mine any more is not settled by me'] },
  },
  {
    file: 'src/books/transitions.ts',
    from: "const OPEN = ['sending', 'in_doubt'] as const;",
    to: "const OPEN = ['sending'] as const;",
    fault: 'a late answer is thrown away',
    promise: 'I1',
    red: { 'test/books/settle-again.test.ts': ['only who is in doubt takes a later answer'] },
  },
  {
    file: 'src/books/candidates.ts',
    from: "${columnOf('country')} AS country, ${columnOf('region')} AS region",
    to: "${columnOf('country')} AS country, NULL AS region",
    fault: 'a claim does not read where its customers live',
    promise: 'C63',
    red: {
      'test/activities/notice-variants.test.ts': [
        'a run sends each customer the notice of their language, law and password',
      ],
    },
  },
  {
    file: 'src/books/candidates.ts',
    from: "IF(${hasChosen(company, 'c')} AND k.reappeared_at IS NULL, 'changed_since', k.password) AS disposition",
    to: 'k.password AS disposition',
    fault: 'whoever has chosen a password since is told that it is expired',
    promise: 'C63',
    red: { 'test/activities/notice-variants.test.ts': ['where no column says when a password was set'] },
  },
  {
    file: 'src/books/candidates.ts',
    from: "CASE WHEN k.password <> 'expired' THEN ${UNREMINDED.notExpired}\n        WHEN ${hasChosen",
    to: 'CASE WHEN ${hasChosen',
    fault: 'who had no password expired is reminded',
    promise: 'I1',
    red: {
      'test/books/claim-reminders.test.ts': [
        'whoever has a new password, had none expired, or was not told is passed over',
      ],
    },
  },
  {
    file: 'src/books/candidates.ts',
    from: '        WHEN ${hasChosen(company, beside)} AND k.reappeared_at IS NULL THEN ${UNREMINDED.chosen}\n',
    to: '',
    fault: 'who has chosen a new password is reminded',
    promise: 'I2',
    red: {
      'test/books/claim-reminders.test.ts': [
        'whoever has a new password, had none expired, or was not told is passed over',
        'a password that is chosen between two claims spares its customer',
        'what remind shows is what it then does',
      ],
    },
  },
  {
    file: 'src/books/candidates.ts',
    from: "        WHEN t.state IS NULL OR t.state NOT IN ('sent','left') THEN ${UNREMINDED.notSent}\n",
    to: '',
    fault: 'who was not told is reminded of it',
    promise: 'I1',
    red: {
      'test/books/claim-reminders.test.ts': [
        'whoever has a new password, had none expired, or was not told is passed over',
      ],
    },
  },
  {
    file: 'src/books/candidates.ts',
    from: "t.state NOT IN ('sent','left')",
    to: "t.state NOT IN ('sent')",
    fault: 'whom the operator left in doubt is not reminded',
    promise: 'I1',
    red: { 'test/books/claim-reminders.test.ts': ['whom the operator left in doubt may be reminded'] },
  },
  {
    file: 'src/books/candidates.ts',
    from: '\n        WHEN t.settled_at > UTC_TIMESTAMP(3) - INTERVAL ${remindAfterSeconds} SECOND THEN ${UNREMINDED.sentLately} END',
    to: ' END',
    fault: 'who was told only lately is reminded',
    promise: 'I2',
    red: { 'test/books/claim-reminders.test.ts': ['who was told only lately is not reminded'] },
  },
  {
    file: 'src/books/candidates.ts',
    from: 'n.incident = k.incident AND n.wave = ${wave}\n',
    to: 'n.incident = k.incident\n',
    fault: 'whoever was told has had the reminder, too',
    promise: 'I1',
    red: {
      'test/books/claim-reminders.test.ts': [
        'whoever has a new password, had none expired, or was not told is passed over',
      ],
    },
  },
  {
    file: 'src/books/migrations/0001-ledger.ts',
    from: '    PRIMARY KEY (incident, wave, customer_id, address_role),\n',
    to: '',
    fault: 'two claims at once insert the same customer',
    promise: 'I2',
    red: {
      'test/books/claim-races.test.ts': ['two claims that read the same customers, who have no row yet'],
    },
  },
  {
    file: 'src/activities/settlement.ts',
    from: '    if (error instanceof CommitUnknownError)\n      await surely(() => releaseUnacknowledged(books, token), retrying);\n',
    to: '',
    fault: 'a claim whose COMMIT was done and not acknowledged stays in doubt',
    promise: 'C37',
    red: { [SPOILED]: ['the COMMIT of a claim is'] },
  },
  {
    file: 'src/books/transitions.ts',
    from: 'const now = sql`UTC_TIMESTAMP(3)`;',
    to: "const now = sql.lit(new Date().toISOString().slice(0, 23).replace('T', ' '));",
    fault: "times in the ledger are the worker's",
    promise: 'I1',
    red: {
      'test/faults/wrong-clock.test.ts': ['two workers whose clocks are an hour fast and an hour slow'],
    },
  },
  {
    file: 'src/books/transitions.ts',
    from: 'COALESCE(first_deferred_at, ',
    to: 'COALESCE(NULL, ',
    fault: 'each time that somebody is put off their time begins anew, and never ends',
    promise: 'I1',
    red: {
      'test/faults/relay-faults.test.ts': [
        'who is put off is tried again later and later, for as long as the file says',
      ],
    },
  },
  // The gate, and a pause.
  {
    file: 'src/books/claim.ts',
    from: ' LOCK IN SHARE MODE`',
    to: '`',
    fault: 'a pause does not wait for the claim in flight',
    promise: 'I2',
    red: { 'test/books/gate.test.ts': ['a pause waits for the claim transaction in flight'] },
  },
  {
    file: 'src/books/candidates.ts',
    from: "claimable: (receivers) => sql`n.state = 'released'",
    to: "claimable: (receivers) => sql`n.state IN ('released','sent')",
    fault: 'who was told is claimed again',
    promise: 'I2',
    red: { 'test/activities/notify-slice.test.ts': ['a second slice tells nobody again'] },
  },
  {
    file: 'src/company/in-transaction.ts',
    from: "    await say('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');\n",
    to: '',
    fault: 'the proof compares two moments',
    promise: 'C90',
    red: { 'test/books/snapshot.test.ts': ['what is read at one moment'] },
  },
  {
    file: 'src/books/settle-doubt.ts',
    from: 'moveTo(provenAbsent, { decision: nextNumber(books) })',
    to: 'moveTo(provenAbsent)',
    fault: 'a decision to send again is not told from a breach',
    promise: 'C89',
    red: { 'test/books/snapshot.test.ts': ['carries the number of that decision'] },
  },
  {
    file: 'src/books/reopen-notices.ts',
    from: "IN (reason, SUBSTRING_INDEX(reason, ' ', 1))",
    to: '= reason',
    fault: 'a retry of unreadable addresses reopens nobody, since each reason names its character',
    promise: 'C107',
    red: {
      'test/books/reopen-notices.test.ts': ['a reason that names a character is reopened by its kind'],
    },
  },
  ...GATE_MUTANTS,
  ...LEASE_MUTANTS,
  ...RECEIVER_MUTANTS,
];
