import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { createActivities } from '../../src/activities/create-activities';

/** One activity in a process of its own, with the real database and relay: something to stop and to wake up. */
async function main(): Promise<void> {
  const { name, input, ...parts } = JSON.parse(process.argv[2]!);
  const log = pino({ level: 'silent' });
  const { activities, close } = createActivities({ ...parts, workerName: `test:${process.pid}`, log });
  const environment = new MockActivityEnvironment();
  try {
    const result = await environment.run(activities[name as 'notifySlice'], input);
    console.log(JSON.stringify({ result }));
  } catch (error) {
    console.log(JSON.stringify({ error: (error as Error).message }));
  } finally {
    await close();
  }
}

main();
