/** Temporal knows of no run that could act. */
export const NO_RUN =
  'No run of this incident is going in Temporal: never started, terminated or lost. npm start -- FILE --go goes on from the books.';

/** Temporal has it, and nobody acts on it. */
export function noWorker(verb: string): string {
  return `The signal ${verb} is recorded, but no worker of this database answers: start one with npm run worker.`;
}

/** An update without a worker: Temporal may forget it, or hand it to a worker that comes soon. */
export function notAccepted(verb: string): string {
  return `${verb} is not in effect: no worker of this database answers. One that comes soon may still take it in. Start one with npm run worker, and look at npm run cli -- status before you say it again.`;
}
