/** After an interruption. @param incidentFile of the run, when it had begun. */
export function toGoOn(incidentFile: string | null): string {
  if (incidentFile === null)
    return 'Stopped before the run began: nobody was expired or told. Begin again: npm run demo';
  return `Stopped. The run is not lost: it goes on where it stood, and nobody is told twice.
To go on:
  npm run stack                               (leave it running)
  npm run worker                              (in another terminal)
  npm run cli -- status --watch               (in a third; approve and resume are now yours)
  npm start -- ${incidentFile} --go    (should status not know the run)
To start afresh: npm run demo`;
}

/** With --keep, when the proof is done. @param somebody an address that was told. */
export function toPlay(somebody: string): string {
  return `Everything still runs: database, Temporal with its Web UI, relay, worker. In another terminal:
  npm run cli -- status
  npm run cli -- lookup ${somebody}
  npm run cli -- report
  npm run cli -- verify
Ctrl-C here stops it all; npm run demo starts afresh.`;
}
