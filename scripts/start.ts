import { Command } from 'commander';
import { runProgram } from '../src/operator/told-error';
import { describeVerb } from '../src/operator/verbs';

/** `npm start -- FILE`: a dry run; with --go it starts. The same as `npm run cli -- start`. */
runProgram(
  describeVerb(
    'start',
    new Command('npm start --')
      .showHelpAfterError('(npm start -- --help shows what is right)')
      .allowExcessArguments(false)
      .exitOverride(),
  ),
);
