import { Command } from 'commander';
import { environmentHelp } from '../src/operator/parts/environment';
import { runProgram } from '../src/operator/told-error';
import { describeVerb, EXIT_CODES, VERBS } from '../src/operator/verbs';

/** `npm run cli -- VERB`: everything that an operator says to a run or asks of it. */
function main(): Promise<never> {
  const program = new Command('npm run cli --')
    .description('Steers the response to a breach, and answers for it.')
    .usage('VERB [options]')
    .helpCommand(false)
    .showHelpAfterError('(npm run cli -- --help lists the verbs, npm run cli -- VERB --help what one takes)')
    .allowExcessArguments(false)
    .exitOverride();
  const asked = process.argv[2] ?? '';
  // Only the list of verbs shows them all.
  for (const verb of Object.hasOwn(VERBS, asked) ? [asked] : Object.keys(VERBS))
    describeVerb(verb, program.command(verb).allowExcessArguments(false));
  program.addHelpText('after', `\nExit codes: ${EXIT_CODES}\n${environmentHelp()}`);
  return runProgram(program);
}

main();
