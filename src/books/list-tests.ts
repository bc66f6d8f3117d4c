import type { LedgerDatabase } from './open-database';
import { NOT_STARTED } from './record-not-started';

/** The audit's action before test mails go out. */
export const TEST_SEND = 'test-send';

/** What that entry's detail says, beside others. */
export interface RecordedTest {
  /** What the Message-IDs begin with. */
  test: string;
  /** How many, at most: some may have been refused. */
  mails: number;
}

/** The tests on the record of an incident, and of files before their start. */
export async function listTests(db: LedgerDatabase, incident: number): Promise<RecordedTest[]> {
  const entries = await db
    .selectFrom('audit')
    .select('detail')
    .where('incident', 'in', [incident, NOT_STARTED])
    .where('action', '=', TEST_SEND)
    .orderBy('incident')
    .orderBy('seq')
    .execute();
  return entries.map(({ detail }) => JSON.parse(detail) as RecordedTest);
}
