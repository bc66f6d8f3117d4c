import { Command, Option } from 'commander';
import { SCENES } from './scenes';

export interface RehearseOptions {
  /** Types everything itself. */
  unattended: boolean;
  /** Only these. */
  scene?: string[];
  /** Says which there are. */
  list: boolean;
}

/** @throws CommanderError, which has told what was wrong and what is right. */
export function rehearseOptions(argv: string[]): RehearseOptions {
  return rehearseCommand().parse(argv, { from: 'user' }).opts<RehearseOptions>();
}

export function rehearseCommand(): Command {
  return new Command('npm run rehearse --')
    .description(
      'Takes an operator through ten troubles of a night, on parts of its own: what happens, what to look at, what to type; and judges each by the log of the relay.',
    )
    .addOption(
      new Option('--scene <name...>', 'plays only this one, or these').choices(
        SCENES.map(({ name }) => name),
      ),
    )
    .option('--unattended', 'types everything itself, as the test does', false)
    .option('--list', 'says which scenes there are', false)
    .helpOption('--help', 'shows this')
    .allowExcessArguments(false)
    .showHelpAfterError('(npm run rehearse -- --help shows what is right)')
    .exitOverride();
}
