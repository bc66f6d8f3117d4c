import { findIncident, openBooks } from '../../src/books/incident-row';
import { openDatabase } from '../../src/books/open-database';
import { purgeKind } from '../../src/books/purge-kept';

/** A purge of addresses in a process of its own: something to kill. */
const database = openDatabase(process.argv[2]!, { connections: 1 });
const work = async () => {
  const books = await openBooks(database, (await findIncident(database.db, 'test'))!);
  await purgeKind(books, 'addresses', { by: 'Ann', afterDays: 1, customersAtOnce: 3 });
};
work().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
