import { Command } from 'commander';
import { runProgram } from '../src/operator/run-program';

type Describe = (command: Command) => unknown;

/** `npm run cli -- VERB`: everything that an operator says to a run or asks of it. Loaded when asked for: see below. */
const VERBS: Record<string, () => Describe> = {
  map: () => require('../src/operator/map').describeMap,
  preview: () => require('../src/operator/preview-command').describePreview,
  statements: () => require('../src/operator/statements').describeStatements,
  grants: () => require('../src/operator/grants').describeGrants,
  start: () => require('../src/operator/start').describeStart,
  'test-send': () => require('../src/operator/test-send-command').describeTestSend,
  status: () => require('../src/operator/status').describeStatus,
  pause: () => require('../src/operator/pause').describePause,
  resume: () => require('../src/operator/resume').describeResume,
  approve: () => require('../src/operator/approve').describeApprove,
  'set-rate': () => require('../src/operator/set-rate').describeSetRate,
  cancel: () => require('../src/operator/cancel').describeCancel,
  settle: () => require('../src/operator/settle').describeSettle,
  reconcile: () => require('../src/operator/reconcile').describeReconcile,
  retry: () => require('../src/operator/retry').describeRetry,
  remind: () => require('../src/operator/remind').describeRemind,
  close: () => require('../src/operator/close').describeClose,
  lookup: () => require('../src/operator/lookup').describeLookup,
  report: () => require('../src/operator/report').describeReport,
  page: () => require('../src/operator/page').describePage,
  verify: () => require('../src/operator/verify').describeVerify,
};

function main(): Promise<never> {
  const program = new Command('npm run cli --')
    .description('Steers the response to a breach, and answers for it.')
    .usage('VERB [options]')
    .helpCommand(false)
    .showHelpAfterError('(npm run cli -- --help lists the verbs, npm run cli -- VERB --help what one takes)')
    .allowExcessArguments(false)
    .exitOverride();
  const asked = process.argv[2] ?? '';
  // What the other verbs need takes a second to load; only the list of verbs shows them all.
  for (const verb of Object.hasOwn(VERBS, asked) ? [asked] : Object.keys(VERBS)) {
    const describe = VERBS[verb]!();
    describe(program.command(verb).allowExcessArguments(false));
  }
  program.addHelpText(
    'after',
    `
Exit codes: 0 fine, 1 the operation failed or the check does not hold, 2 wrong usage, 3 not finished or waiting.
TEMPORAL_ADDRESS, DATABASE_URL and SMTP_URL say where the parts are; without them those of npm run stack are used.`,
  );
  return runProgram(program);
}

main();
