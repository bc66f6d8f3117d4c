import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { takeLane } from '../../src/books/claim';
import type { ExpiryCounts } from '../../src/company/expire-range';
import { statementsIn } from '../faults/statements-in';
import { INCIDENT } from './own-company';
import { own, reference } from './small-company';

test('who takes a lane over waits for the range that is under way in it: no password dies after that (I5)', async () => {
  await reference();
  const { database } = own();
  const { db } = database;
  const frozen = async () =>
    Number((await own().rows(sql<{ n: string }>`SELECT COUNT(*) AS n FROM cohort`))[0]!.n);
  const isAtWork = async (statement: string) =>
    (await statementsIn(database)).some((running) => running.includes(statement));
  let expiring: Promise<ExpiryCounts> | undefined;
  let atTakeOver: Promise<number> | undefined;
  // A row that somebody else holds keeps the range at its passwords.
  await db.transaction().execute(async (other) => {
    await sql`SELECT id FROM ${own().table('customers')} WHERE id = 2 FOR UPDATE`.execute(other);
    expiring = own().expire();
    while (!(await isAtWork('UPDATE `')));
    let taken = false;
    atTakeOver = takeLane({ db, incident: INCIDENT }, 'expire-1', randomUUID()).then(() => {
      taken = true;
      return frozen();
    });
    while (!taken && !(await isAtWork('INTO lanes')));
  });
  expect(await expiring).toMatchObject({ expired: 3 });
  expect(await atTakeOver).toBe(3);
});
