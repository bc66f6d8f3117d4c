import { beginDelay, readDelay, releaseDelay } from '../../src/books/delay';
import { openDatabase } from '../../src/books/open-database';

/** A request of law enforcement, or its release, in a process of its own: something to kill. */
const [url, incident, what] = process.argv.slice(2) as [string, string, 'begin' | 'release'];
const { db } = openDatabase(url, { connections: 1 });
const books = { db, incident: Number(incident) };
const work = async () => {
  if (what === 'begin') return beginDelay(books, 'Ann', 'FBI 12-345');
  await releaseDelay(books, (await readDelay(books))!.requests[0]!, { by: 'Jo', reason: 'agent Roe agreed' });
};
work().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
