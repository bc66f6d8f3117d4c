import type { Command } from 'commander';
import { proofText } from '../proof-text';
import { report } from '../verbs/report';
import { type IncidentOptions, onIncident, withIncidentOption } from './incident-command';
import { json } from './words';

/** Exit 1: something does not add up. */
export function describeReport(command: Command): void {
  withIncidentOption(command)
    .description("The proof: the books, and beside them what the relay's own log says.")
    .option('--relay-log <file>', "the relay's log in Postfix's format (default: the embedded relay's)")
    .option('--json', 'the proof as JSON')
    .action((options: IncidentOptions & { relayLog?: string }) =>
      onIncident(['database'], options, async ({ addresses, database, row }) => {
        const relayLog = options.relayLog ?? addresses.relay?.log ?? null;
        const proof = await report(database, { incidentId: row.incident_id, relayLog });
        const { problems, notes } = proof;
        console.log(options.json ? json(proof.proof) : proofText(proof));
        if (options.json) for (const line of [...problems, ...notes]) console.error(line);
        if (problems.length > 0) process.exitCode = 1;
      }),
    );
}
