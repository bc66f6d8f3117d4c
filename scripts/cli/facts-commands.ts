import type { Command } from 'commander';
import { proofText } from '../proof-text';
import { lookup } from '../verbs/lookup';
import { lookupText } from '../verbs/lookup-text';
import { report } from '../verbs/report';
import { verify } from '../verbs/verify';
import { verifyText } from '../verbs/verify-text';
import { type IncidentOptions, onIncident, withIncidentOption } from './incident-command';
import { json } from './words';

/** The verbs that only tell. Exit 1: nobody was found, or the check does not hold. */

export function describeLookup(command: Command): void {
  withIncidentOption(command)
    .description(
      'Answers for one customer: expired when, told when and where, what the relay said, a new password since.',
    )
    .argument('<customer>', 'the customer id, or the e-mail address')
    .option('--json', 'the facts as JSON')
    .action((asked: string, options: IncidentOptions) =>
      onIncident(['database'], options, async ({ database, row }) => {
        const found = await lookup(database, row, asked);
        console.log(options.json ? json(found) : lookupText(found));
        if (found.customers.length === 0) process.exitCode = 1;
      }),
    );
}

export function describeVerify(command: Command): void {
  withIncidentOption(command)
    .description(
      'Checks the audit log, the books, and that nothing from before the cutoff is alive. Reads every customer once.',
    )
    .option('--json', 'the checks as JSON')
    .action((options: IncidentOptions) =>
      onIncident(['database'], options, async ({ database, row }) => {
        const verified = await verify(database, row);
        console.log(options.json ? json(verified) : verifyText(verified));
        if (!verified.holds) process.exitCode = 1;
      }),
    );
}

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
        console.log(options.json ? json({ ...proof.proof, problems, notes }) : proofText(proof));
        if (problems.length > 0) process.exitCode = 1;
      }),
    );
}
