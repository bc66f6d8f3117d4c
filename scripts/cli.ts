import { Command } from 'commander';
import { runProgram } from './cli/run-program';

type Describe = (command: Command) => unknown;

/** `npm run cli -- VERB`: everything that an operator says to a run or asks of it. Loaded when asked for: see below. */
const VERBS: Record<string, () => Describe> = {
  map: () => require('./cli/map-command').describeMap,
  preview: () => require('./cli/preview-command').describePreview,
  grants: () => require('./cli/grants-command').describeGrants,
  start: () => require('./cli/start-command').describeStart,
  'test-send': () => require('./cli/test-send-command').describeTestSend,
  status: () => require('./cli/status-command').describeStatus,
  pause: () => require('./cli/pause-command').describePause,
  resume: () => require('./cli/resume-command').describeResume,
  approve: () => require('./cli/approve-command').describeApprove,
  'set-rate': () => require('./cli/set-rate-command').describeSetRate,
  cancel: () => require('./cli/cancel-command').describeCancel,
  settle: () => require('./cli/settle-command').describeSettle,
  reconcile: () => require('./cli/reconcile-command').describeReconcile,
  retry: () => require('./cli/retry-command').describeRetry,
  remind: () => require('./cli/remind-command').describeRemind,
  close: () => require('./cli/close-command').describeClose,
  lookup: () => require('./cli/lookup-command').describeLookup,
  report: () => require('./cli/report-command').describeReport,
  page: () => require('./cli/page-command').describePage,
  verify: () => require('./cli/verify-command').describeVerify,
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
