import { amendFile, closeForAmendment } from '../../src/books/amend-file';
import { openDatabase } from '../../src/books/open-database';

/** An amendment in a process of its own: something to kill. */
const [url, incident, what, proposal, base] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const { db } = openDatabase(url, { connections: 1 });
const books = { db, incident: Number(incident) };
const amending = {
  ...{
    proposal: Number(proposal),
    base: Number(base),
    by: 'Jo',
    login: 'jo@desk',
    reason: 'a typo',
    objection: null,
  },
};
const work = async () => {
  if (what === 'close') return closeForAmendment(books, amending);
  return amendFile(books, amending);
};
work().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
