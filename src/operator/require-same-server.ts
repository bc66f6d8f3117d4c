import { isOtherServer } from '../books/adopt-server';
import { serverIdentity } from '../books/server-identity';
import { OTHER_SERVER } from '../incident/hold-reason';
import type { Chosen } from './incident-command';
import { ToldError } from './told-error';

/** A copy may lack what was sent last: nothing is decided on it. @throws ToldError */
export async function requireSameServer({ database: { db }, row }: Chosen): Promise<void> {
  if (await isOtherServer(db, row.incident, await serverIdentity(db)))
    throw new ToldError(`Nothing is decided here. Not the database that this began on: ${OTHER_SERVER}`);
}
