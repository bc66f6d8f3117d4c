/** Temporal knows of no run that could act. */
export const NO_RUN =
  'No run of this incident is going in Temporal: never started, terminated or lost. npm start -- FILE --go goes on from the books.';

/** Temporal has it, and nobody acts on it. */
export function noWorker(verb: string): string {
  return `The signal ${verb} is recorded, but no worker answers: start one with npm run worker.`;
}

/** An update without a worker is not kept. */
export function notAccepted(verb: string): string {
  return `${verb} was NOT accepted: no worker answers. Start one with npm run worker, then say it again.`;
}
