import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { removeJournals } from '../../src/activities/keep-journals';
import { findIncident } from '../../src/books/incident-row';
import { incidentMark, journalsIn } from '../../src/journal/journal-files';
import { openJournals } from '../../src/journal/journals';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

let ledger: OwnLedger;
let folder: string;
beforeEach(async () => {
  ledger = await ownLedger('remove', 1);
  folder = mkdtempSync(join(tmpdir(), 'remove-'));
});
afterEach(async () => {
  await ledger.drop();
  rmSync(folder, { recursive: true });
});

test('journals are kept while their incident may need them, and go when it is over; others stay', async () => {
  const { db } = ledger.database;
  const journals = await openJournals({ folder, id: 'me', socket: join(folder, 'me.sock'), worker: 'w' });
  const mark = incidentMark((await findIncident(db, 'test'))!.message_key);
  for (const someMark of [mark, 'another']) journals.of(someMark);
  const closed = (ago: string) =>
    sql`UPDATE incidents SET phase = 'closed', closed_at = UTC_TIMESTAMP(6) - INTERVAL ${sql.raw(ago)}`.execute(
      db,
    );
  const left = async () => {
    await removeJournals(db, journals);
    return journalsIn(folder).map((file) => file.mark);
  };
  expect(await left()).toHaveLength(2);
  await closed('1 MINUTE');
  expect(await left()).toHaveLength(2);
  await closed('11 MINUTE');
  expect(await left()).toEqual(['another']);
  journals.close();
});

test('journals are kept as long after the close as the file says, and never less than ten minutes', async () => {
  const { db } = ledger.database;
  const journals = await openJournals({ folder, id: 'me', socket: join(folder, 'me.sock'), worker: 'w' });
  const { message_key: key, file } = (await findIncident(db, 'test'))!;
  journals.of(incidentMark(key));
  const left = async (journalsDays: number, ago: string) => {
    const now = JSON.stringify({ ...JSON.parse(file), retention: { journalsDays } });
    await sql`
      UPDATE incidents SET file = ${now}, phase = 'closed', closed_at = UTC_TIMESTAMP(6) - INTERVAL ${sql.raw(ago)}`.execute(
      db,
    );
    await removeJournals(db, journals);
    return journalsIn(folder).length;
  };
  expect(await left(7, '6 DAY')).toBe(1);
  expect(await left(0, '9 MINUTE')).toBe(1);
  expect(await left(7, '8 DAY')).toBe(0);
  journals.close();
});
