import { failureDetail } from '../../src/incident/hold-reason';

// The words are those of @temporalio/worker 1.24, as test/faults/old-worker.test.ts sees them.
test('an activity that a worker of another version does not know says what to do, without the list of those it knows (C50)', () => {
  const message =
    'Activity function notifySlice is not registered on this Worker, available activities: ["adoptRun","enterPhase"]';
  expect(failureDetail({ activity: 'notifySlice', message, type: 'NotFoundError' })).toBe(
    'Mailing notices. A worker of another version of this program took this work and does not know it: stop that worker and start ' +
      "one of the run's version (Activity function notifySlice is not registered on this Worker) [NotFoundError]. " +
      'Fix the cause; resume then goes on where the run stopped.',
  );
});
