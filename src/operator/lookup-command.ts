import type { Command } from 'commander';
import { type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { lookup } from './lookup';
import { lookupText } from './lookup-text';
import { json } from './words';

/** Exit 1: nobody has that id or address. */
export function describeLookup(command: Command): void {
  withIncidentOption(command)
    .description(
      'Answers for one customer: expired when, told when and where, what the relay said, a new password since.',
    )
    .argument('<customer>', 'the customer id, or the e-mail address')
    .option('--json', 'the facts as JSON')
    .action((asked: string, options: IncidentOptions) =>
      onBooks(options, async ({ database, row }) => {
        const found = await lookup(database, row, asked);
        console.log(options.json ? json(found) : lookupText(found));
        if (found.customers.length === 0) process.exitCode = 1;
      }),
    );
}
