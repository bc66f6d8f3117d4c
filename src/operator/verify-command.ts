import type { Command } from 'commander';
import { type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { verify } from './verify';
import { verifyText } from './verify-text';
import { json } from './words';

/** Exit 1: a check does not hold. */
export function describeVerify(command: Command): void {
  withIncidentOption(command)
    .description(
      'Checks the audit log, the books, and that nothing from before the cutoff is alive. Reads every customer once.',
    )
    .option('--json', 'the checks as JSON')
    .action((options: IncidentOptions) =>
      onBooks(options, async ({ database, row }) => {
        const verified = await verify(database, row);
        console.log(options.json ? json(verified) : verifyText(verified));
        if (!verified.holds) process.exitCode = 1;
      }),
    );
}
