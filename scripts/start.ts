import { Command } from 'commander';
import { runProgram } from '../src/operator/run-program';
import { describeStart } from '../src/operator/start';

/** `npm start -- FILE`: a dry run; with --go it starts. The same as `npm run cli -- start`. */
runProgram(
  describeStart(
    new Command('npm start --')
      .showHelpAfterError('(npm start -- --help shows what is right)')
      .allowExcessArguments(false)
      .exitOverride(),
  ),
);
