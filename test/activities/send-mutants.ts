import type { Mutant } from '../mutant';

const TAKE_OVER = 'test/activities/take-over.test.ts';
const RELAY_PAUSE = 'test/activities/relay-pause.test.ts';
const RELAY_BREAKERS = 'test/activities/relay-breakers.test.ts';

export const SEND_MUTANTS: Mutant[] = [
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
    file: 'src/activities/lane-senders.ts',
    from: 'if (known?.sessions === sessions) return known.sender;',
    to: 'if (known) return known.sender;',
    fault: "the canary's lane keeps all sessions, and the relay gets more than the file allows",
    promise: 'C05',
    red: {
      'test/activities/lane-senders.test.ts': ['after the canary, which has all sessions for its one lane'],
    },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: 'return verdict.trip ? { check: ',
    to: 'return verdict.trip && false ? { check: ',
    fault: 'a claim of 200 is refused whole before the breaker looks',
    promise: 'C97',
    red: {
      'test/faults/relay-faults.test.ts': ['asked for as many as the file allows and what is in flight'],
    },
  },
  {
    file: 'src/activities/settlement.ts',
    from: "if (fact === undefined || fact === 'refused') return",
    to: "if (fact === undefined || fact === 'refused' || fact === 'unanswered') return",
    fault: 'a dot without an answer is released, and the customer told again',
    promise: 'I2',
    red: { [TAKE_OVER]: ['of a killed worker only the dot without an answer is in doubt'] },
  },
  {
    file: 'src/activities/settlement.ts',
    from: "if (fact === undefined || fact === 'refused') return",
    to: "if (fact === 'refused') return",
    fault: "a killed worker's undotted customers end the settling",
    promise: 'I1',
    red: { [TAKE_OVER]: ['a claim that reached the ledger and not the journal had no dot'] },
  },
  {
    file: 'src/activities/settlement.ts',
    from: "    return 'giveUp' in next\n      ? { ...refusal, state: 'failed' }",
    to: "    return 'giveUp' in next\n      ? { ...refusal, state: 'deferred', retryAfterSeconds: 60 }",
    fault: 'whoever is put off is tried for ever',
    promise: 'I1',
    red: { 'test/activities/settlement-of.test.ts': ['put off for as long as the file says, it has failed'] },
  },
  {
    file: 'src/activities/settlement.ts',
    from: '      if (neverSettles(error) || performance.now() > giveUpAt) throw error;\n',
    to: '      throw error;\n',
    fault: 'what the relay has said is lost with one COMMIT, and a whole claim in doubt',
    promise: 'C37',
    red: {
      'test/activities/notify-slice.test.ts': [
        'what the relay has said reaches the ledger through a spoiled COMMIT',
      ],
    },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: 'relayInTrouble: trouble.length > 0 && !settled.sent,',
    to: 'relayInTrouble: false,',
    fault: "nobody hears of a relay's trouble",
    promise: 'C06',
    red: { [RELAY_PAUSE]: ['is asked once in a slice at most'] },
  },
  {
    file: 'src/activities/send-claim.ts',
    from: "  else if (verdict.trip) await closeGate(books, verdict.reason, 'the breaker');\n",
    to: '',
    fault: 'the breaker closes no gate',
    promise: 'C06',
    red: { 'test/faults/relay-faults.test.ts': ['451 at every MAIL', 'a quota at every RCPT'] },
  },
  {
    file: 'src/activities/lane-senders.ts',
    from: 'if (seen.get(incident)?.fence !== fence) seen',
    to: 'if (!seen.has(incident)) seen',
    fault: 'what was fixed closes the gate once more',
    promise: 'C06',
    red: { [RELAY_BREAKERS]: ['a gate closed and opened since begins anew'] },
  },
  {
    file: 'src/activities/lane-senders.ts',
    from: 'emptyWindow(verdict.nobodysFault)',
    to: 'emptyWindow()',
    fault: 'customers whose batch was under way fail for a quota',
    promise: 'C06',
    red: { [RELAY_BREAKERS]: ['batches that were under way when it tripped excuse the same refusals'] },
  },
];
