import type { Mutant } from '../mutant';

const LANE_SENDERS = 'test/activities/lane-senders.test.ts';
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
    from: 'if (known?.slots === slots.join() && !known.isLate()) return use(name, known);',
    to: 'if (known) return use(name, known);',
    fault: "the canary's lane keeps all sessions, and the others come to nothing",
    promise: 'C99',
    red: { [LANE_SENDERS]: ['after the canary its lane has its own share'] },
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
    file: 'src/activities/relay-breakers.ts',
    from: 'if (seen.get(incident)?.fence !== fence) seen',
    to: 'if (!seen.has(incident)) seen',
    fault: 'what was fixed closes the gate once more',
    promise: 'C06',
    red: { [RELAY_BREAKERS]: ['a gate closed and opened since begins anew'] },
  },
  {
    file: 'src/activities/relay-breakers.ts',
    from: 'emptyWindow(verdict.nobodysFault)',
    to: 'emptyWindow()',
    fault: 'customers whose batch was under way fail for a quota',
    promise: 'C06',
    red: { [RELAY_BREAKERS]: ['batches that were under way when it tripped excuse the same refusals'] },
  },
  {
    file: 'src/books/session-slots.ts',
    from: 'return held.length === slots.length;',
    to: 'return true;',
    fault: 'each worker has the sessions of all lanes that it has worked in',
    promise: 'C99',
    red: { [LANE_SENDERS]: ['two workers, one of which is given the slices of the other'] },
  },
  {
    file: 'src/activities/lane-senders.ts',
    from: '      await sender.close();\n',
    to: '      void sender.close();\n',
    fault: 'sessions are given to another worker before they are parted from',
    promise: 'C99',
    red: { [LANE_SENDERS]: ['sessions that the relay takes its time to part from'] },
  },
  {
    file: 'src/activities/lane-senders.ts',
    from: 'else void renew();',
    to: 'else void 0;',
    fault: 'after some seconds another worker opens the sessions of a lane that is at work',
    promise: 'C99',
    red: { [LANE_SENDERS]: ['a lane that is at work keeps its sessions'] },
  },
  {
    file: 'src/activities/lane-senders.ts',
    from: 'if (await takeSlots(books, slots, holder)) renewedAt = askedAt;',
    to: 'renewedAt = askedAt;',
    fault: 'a worker without the database keeps sessions that another one opens',
    promise: 'C99',
    red: { [LANE_SENDERS]: ['a worker that the database has left parts'] },
  },
  {
    file: 'src/books/session-slots.ts',
    from: 'token = IF(${isFree}, ',
    to: 'token = IF(FALSE, ',
    fault: 'after a worker was killed its lanes send no more',
    promise: 'C99',
    red: { [LANE_SENDERS]: ['the sessions of a worker that was killed'] },
  },
  {
    file: 'src/incident/session-share.ts',
    from: 'slot % lanes === nth',
    to: 'slot % lanes <= nth',
    fault: 'the lanes together have more sessions than the file says',
    promise: 'C99',
    red: { [LANE_SENDERS]: ['the lanes share all sessions'] },
  },
  {
    file: 'src/activities/notify-slice.ts',
    from: 'if (sender.isParted()) sender = await senders.take(asked, clock);',
    to: '',
    fault: 'a worker that was stopped for a while fails its slice when it wakes',
    promise: 'C99',
    red: { 'test/faults/zombie.test.ts': ['stopped past its lease between claim and dot'] },
  },
];
