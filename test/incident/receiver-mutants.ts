import type { Mutant } from '../mutant';

const RUNS = 'test/incident/receiver-run.test.ts';
const NAMES = 'test/incident/receiver.test.ts';

/** When a receiver is put aside, and who is told of it. */
export const RECEIVER_RULE_MUTANTS: Mutant[] = [
  {
    file: 'src/incident/receiver-run.ts',
    from: '  if (!known && run.acceptedBefore === accepted) return null;\n',
    to: '',
    fault: 'a relay that takes nobody is blamed on one receiver after the other, and the gate stays open',
    promise: 'I7',
    red: { [RUNS]: ['where the relay takes nobody it is not the receiver'] },
  },
  {
    file: 'src/incident/receiver-run.ts',
    from: 'if (!known && run',
    to: 'if (run',
    fault: 'at the end of the night, with nobody else to be taken, one receiver closes the gate for good',
    promise: 'C98',
    red: { [RUNS]: ['unless it was put aside before'] },
  },
  {
    file: 'src/incident/receiver-run.ts',
    from: 'if (isAboutCustomer(answer) || GREYLIST.test(answer.text)) return runs;',
    to: 'if (GREYLIST.test(answer.text)) return runs;',
    fault: 'ten unknown addresses in a row keep everybody at that domain waiting',
    promise: 'C98',
    red: { [RUNS]: ['each address is unknown by itself', 'each mailbox is full'] },
  },
  {
    file: 'src/incident/receiver-run.ts',
    from: 'if (isAboutCustomer(answer) || GREYLIST.test(answer.text)) return runs;',
    to: 'if (isAboutCustomer(answer)) return runs;',
    fault: 'a greylist, which puts each off once, stops its domain',
    promise: 'C98',
    red: { [RUNS]: ['it greylists, and takes each the second time'] },
  },
  {
    file: 'src/incident/receiver-run.ts',
    from: 'byReceiver.has(receiver) ? without(byReceiver, receiver) : byReceiver',
    to: 'byReceiver',
    fault: 'a receiver that takes some is put aside for those whom it refuses',
    promise: 'C98',
    red: { [RUNS]: ['it takes one of them between'] },
  },
  {
    file: 'src/incident/receiver-run.ts',
    from: 'run.customers.size < sameRefusals',
    to: 'run.customers.size + 1 < sameRefusals',
    fault: 'one refusal fewer than the file says is enough',
    promise: 'C98',
    red: { [RUNS]: ['so many of one receiver refused in a row'] },
  },
  {
    file: 'src/incident/receiver.ts',
    from: 'name: customers >= NAMED_FROM || Object.hasOwn(providers, receiver) ? receiver : null,',
    to: 'name: receiver,',
    fault: "Temporal is told a family's domain",
    promise: 'C93',
    red: { [NAMES]: ['Temporal is told no name that few have'] },
  },
  {
    file: 'src/incident/receiver.ts',
    from: 'return customers >= NAMED_FROM || Object.hasOwn(providers, receiver)',
    to: 'return customers >= NAMED_FROM - 1 || Object.hasOwn(providers, receiver)',
    fault: "the audit log, which others get, names a family's domain",
    promise: 'C93',
    red: { [NAMES]: ['a domain that fewer than 20 customers have is not named on record'] },
  },
  {
    file: 'src/incident/check-providers.ts',
    from: 'if (owner === undefined) return [];',
    to: 'if (owner === undefined || owner !== name) return [];',
    fault: 'a domain under two providers goes to the last one without a word',
    promise: 'C98',
    red: { 'test/incident/check-providers.test.ts': ['under two providers'] },
  },
  {
    file: 'src/incident/settle-step.ts',
    from: 'isPaused ? now + LONGEST_WAIT : now',
    to: 'now',
    fault: 'a run that waits for paused receivers counts all books each second',
    promise: 'I7',
    red: { 'test/incident/settle-step.test.ts': ['only paused receivers are left'] },
  },
  {
    file: 'src/incident/receiver-run.ts',
    from: 'return enhanced === null ? refusalKey({ code, enhanced, text }) : `${code} ${enhanced}`;',
    to: 'return refusalKey({ code, enhanced, text });',
    fault: 'a receiver that names each customer in its words is never put aside, and its customers fail',
    promise: 'C98',
    red: { [RUNS]: ['a name or a case in its words is no other refusal'] },
  },
  {
    file: 'src/incident/receiver-run.ts',
    from: 'return enhanced === null ? refusalKey({ code, enhanced, text }) : `${code} ${enhanced}`;',
    to: 'return `${code} ${enhanced}`;',
    fault: 'a receiver without enhanced codes is put aside for ten other reasons',
    promise: 'C98',
    red: { [RUNS]: ['without an enhanced code its words are all that it says'] },
  },
];
