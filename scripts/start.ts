import { Command } from 'commander';
import { runProgram } from './cli/run-program';
import { describeStart } from './cli/start-command';

/** `npm start -- FILE`: a dry run; with --go it starts. The same as `npm run cli -- start`. */
runProgram(
  describeStart(
    new Command('npm start --')
      .showHelpAfterError('(npm start -- --help shows what is right)')
      .allowExcessArguments(false)
      .exitOverride(),
  ),
);
