import type { Mutant } from '../mutant';

const SEVERAL = 'test/faults/several-relays.test.ts';

/** How a lane goes by several relays. */
export const RELAY_WORK_MUTANTS: Mutant[] = [
  {
    file: 'src/activities/dot-checks.ts',
    from: "    ['relay', relay.objection],\n",
    to: '',
    fault: 'what was claimed for a relay before it was left out still goes there',
    promise: 'C112',
    red: { 'test/activities/dot-checks.test.ts': ['where nothing objects a dot may go out'] },
  },
  {
    file: 'src/activities/lane-relays.ts',
    from: "watch.stateOf(relay) === 'out' ? 'the relay of the claim is left out' : watch.objection(),",
    to: 'watch.objection(),',
    fault: 'a worker that sends by a relay does not see that it was left out',
    promise: 'C112',
    red: { [SEVERAL]: ['a worker that is amid a claim there gives the rest back'] },
  },
  {
    file: 'src/activities/lane-relays.ts',
    from: "if (other !== undefined) throw failure('OtherRelay', name, other.address, address);",
    to: 'void other;',
    fault: 'a worker sends by another relay of that name',
    promise: 'C112',
    red: { [SEVERAL]: ['a worker that has another relay of that name'] },
  },
  {
    file: 'src/activities/lane-relays.ts',
    from: "if (lacking !== undefined) throw failure('RelayLacking', lacking, named.join(', '));",
    to: 'void lacking;',
    fault: 'what the file says of a relay holds for none',
    promise: 'C112',
    red: { [SEVERAL]: ['a worker that has another relay of that name'] },
  },
  {
    file: 'src/activities/receiver-breakers.ts',
    from: 'const name = `${incident} ${relay}`;',
    to: 'const name = `${incident}`;',
    fault: 'a receiver is blamed for what one relay does, since another takes its mail',
    promise: 'C98',
    red: { 'test/activities/receiver-breakers.test.ts': ['or by another relay, nothing does'] },
  },
  {
    file: 'src/activities/relay-breakers.ts',
    from: 'const name = `${incident} ${relay}`;',
    to: 'const name = `${incident}`;',
    fault: 'what one relay takes hides what another refuses',
    promise: 'C112',
    red: { 'test/activities/relay-breakers.test.ts': ['each relay is judged by itself'] },
  },
  {
    file: 'src/activities/search-relay-log.ts',
    from: "`${worker} ${lane} ${relay ?? ''}`",
    to: '`${worker} ${lane}`',
    fault: 'a session with one relay counts as the one with another',
    promise: 'I2',
    red: { 'test/operator/settle-two-relays.test.ts': ['whose sessions the log of the other shows'] },
  },
];
