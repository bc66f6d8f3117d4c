import { Command } from 'commander';
import { describeApprove } from './cli/approve-command';
import { describeCancel } from './cli/cancel-command';
import { describeLookup, describeReport, describeVerify } from './cli/facts-commands';
import { describePause } from './cli/pause-command';
import { describeResume } from './cli/resume-command';
import { runProgram } from './cli/run-program';
import { describeSetRate } from './cli/set-rate-command';
import { describeStart } from './cli/start-command';
import { describeStatus } from './cli/status-command';

/** `npm run cli -- VERB`: everything that an operator says to a run or asks of it. */
const VERBS: Record<string, (command: Command) => unknown> = {
  start: describeStart,
  status: describeStatus,
  pause: describePause,
  resume: describeResume,
  approve: describeApprove,
  'set-rate': describeSetRate,
  cancel: describeCancel,
  lookup: describeLookup,
  report: describeReport,
  verify: describeVerify,
};

const program = new Command('npm run cli --')
  .description('Steers the response to a breach, and answers for it.')
  .usage('VERB [options]')
  .helpCommand(false)
  .showHelpAfterError('(npm run cli -- --help lists the verbs, npm run cli -- VERB --help what one takes)')
  .allowExcessArguments(false)
  .exitOverride();
for (const [verb, describe] of Object.entries(VERBS))
  describe(program.command(verb).allowExcessArguments(false));
program.addHelpText(
  'after',
  `
Exit codes: 0 fine, 1 the operation failed or the check does not hold, 2 wrong usage.
TEMPORAL_ADDRESS, DATABASE_URL and SMTP_URL say where the parts are; without them those of npm run stack are used.`,
);
runProgram(program);
