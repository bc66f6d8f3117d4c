import type { Mutant } from '../mutant';

const PHASES = 'test/workflows/phases.test.ts';

const STORM = '500 pauses and resumes around forced continue-as-new';
const CLOSED = ' a closed gate keeps the run from everything, until it is opened';

export const MUTANTS: Mutant[] = [
  {
    file: 'src/workflows/lanes.ts',
    from: '  if (planning.has(plan)) {\n',
    to: '  if (false) {\n',
    fault: 'two lanes plan the same ranges, and walk each twice',
    promise: 'I2',
    red: {
      'test/workflows/lanes.test.ts': ['lanes that have run out of ranges at once plan the next ones once'],
    },
  },
  {
    file: 'src/workflows/holds.ts',
    from: '      if (!isExhausted(error)) throw error;\n      await hold(run, ...toldOf(error));\n',
    to: '      throw error;\n',
    fault: 'a run dies where it must hold',
    promise: 'C80',
    red: { [PHASES]: ['even the first reading of the row may fail: the run holds'] },
  },
  {
    file: 'src/workflows/activities-of-run.ts',
    from: '  maximumAttempts: 8,\n',
    to: '  maximumAttempts: 80,\n',
    fault: 'a run tries in silence for twenty minutes before it holds with the reason',
    promise: 'C50',
    red: { 'test/faults/old-worker.test.ts': ['a worker of another version: the run holds with the reason'] },
  },
  {
    file: 'src/workflows/messages.ts',
    from: 'ledgerId}`;',
    to: 'ledgerId.slice(0, 0)}`;',
    fault: 'a worker of another database takes tasks of the run and fails them',
    promise: 'C80',
    red: { 'test/faults/stray-worker.test.ts': ['a worker of another database takes no task of a run'] },
  },
  // A pause, a hold, and the words of the operator.
  {
    file: 'src/workflows/obey.ts',
    from: '  run.stopLanes?.();\n  const words',
    to: '  const words',
    fault: 'a pause that cannot close the gate lets the running slices go on',
    promise: 'I2',
    red: { 'test/workflows/closed-gate.test.ts': ['a gate that cannot be closed is said in capitals'] },
  },
  {
    file: 'src/workflows/holds.ts',
    from: "state.hold === null && state.gate?.gate !== 'closed'",
    to: 'state.hold === null',
    fault: 'a run goes from phase to phase through a closed gate',
    promise: 'I2',
    red: { 'test/workflows/closed-gate.test.ts': [CLOSED] },
  },
  {
    file: 'src/workflows/phases.ts',
    from: "  await untilMayGo(run);\n  if (state.resumedFrom === 'verify-findings')",
    to: "  if (state.resumedFrom === 'verify-findings')",
    fault: 'a pause does not stop the verification',
    promise: 'I6',
    red: { 'test/workflows/closed-gate.test.ts': [CLOSED] },
  },
  {
    file: 'src/workflows/phases.ts',
    from: "  await untilMayGo(run);\n  if (state.resumedFrom === 'close-refused')",
    to: "  if (state.resumedFrom === 'close-refused')",
    fault: 'a pause does not keep the incident from closing',
    promise: 'I6',
    red: { 'test/workflows/closed-gate.test.ts': [CLOSED] },
  },
  {
    file: 'src/workflows/phases.ts',
    from: '  await untilMayGo(run, () => run.state.approval !== null);\n',
    to: '',
    fault: 'a run tells without an approval',
    promise: 'I6',
    red: {
      'test/workflows/closed-gate.test.ts': [CLOSED],
      'test/workflows/phases.test.ts': ['the phases follow each other'],
    },
  },
  {
    file: 'src/workflows/obey.ts',
    from: 'if (state.asked === asked) state.asked = null;',
    to: 'state.asked = null;',
    fault: 'a word that comes while the one before it is carried out is lost',
    promise: 'C49',
    red: {
      'test/workflows/words-in-flight.test.ts': ['a pause amid a resume is not lost'],
      'test/workflows/going-on.test.ts': [STORM],
      'test/faults/signal-storm.test.ts': [STORM],
    },
  },
  {
    file: 'src/workflows/obey.ts',
    from: 'if (state.askedRate === asked) state.askedRate = null;',
    to: 'state.askedRate = null;',
    fault: 'a rate that is set while another one is written is lost',
    promise: 'C51',
    red: { 'test/workflows/words-in-flight.test.ts': ['a rate that is set while another one is written'] },
  },
  {
    file: 'src/workflows/holds.ts',
    from: '{ ...input, carried: state }',
    to: '{ ...input }',
    fault: 'a word that waits is lost at continue-as-new',
    promise: 'C49',
    red: { 'test/workflows/going-on.test.ts': [STORM] },
  },
  {
    file: 'src/workflows/handle-messages.ts',
    from: '  setDefaultSignalHandler((name, payload) => hear[name as keyof typeof hear]?.(payload));\n',
    to: '',
    fault: 'in the first task of a run all pauses are heard before all resumes',
    promise: 'C49',
    red: {
      'test/workflows/going-on.test.ts': [' in the first task of a run: the last word wins'],
    },
  },
  {
    file: 'src/workflows/obey.ts',
    from: "  if (!opened && gate.gate === 'closed') return;\n",
    to: '',
    fault: 'a resume that is refused ends the hold',
    promise: 'I2',
    red: { 'test/workflows/steering.test.ts': ['a resume that is refused ends no hold'] },
  },
  {
    file: 'src/workflows/obey.ts',
    from: "  if (state.hold?.kind !== 'reminder') return;\n",
    to: '',
    fault: 'a word about the reminder ends any hold',
    promise: 'I2',
    red: { 'test/workflows/words-in-flight.test.ts': ['a word about the reminder ends no other hold'] },
  },
  {
    file: 'src/workflows/obey.ts',
    from: 'state.approval ??= {',
    to: 'state.approval = {',
    fault: 'a second approval takes the place of the first',
    promise: 'I6',
    red: { 'test/workflows/words-in-flight.test.ts': ['the first of two approvals stands'] },
  },
  {
    file: 'src/workflows/breach-response.ts',
    from: '{ hold = holdOfBefore(holdReason), ...row }',
    to: '{ hold = null, ...row }',
    fault: 'a hold that a worker of an older version tells of is not adopted',
    promise: 'I2',
    red: {
      'test/workflows/going-on.test.ts': ['a run that adopted its hold by a worker of an older version'],
    },
  },
  {
    file: 'src/workflows/phases.ts',
    from: "    await hold(run, 'verify-findings', findingsDetail(findings));\n    return 'expire';",
    to: "    await hold(run, 'verify-findings', findingsDetail(findings));\n    return 'settle';",
    fault: 'what lives again at the close is not expired',
    promise: 'I3',
    red: { 'test/workflows/phases.test.ts': ['what lives again at the close leads back to the expiry'] },
  },
];
