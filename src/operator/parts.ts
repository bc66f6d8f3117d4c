import type { Client } from '@temporalio/client';
import { type Database, IDLE_TRANSACTION_SECONDS, openDatabase } from '../books/open-database';
import { type HeadKeeper, keepHeads } from './keep-heads';
import { type Addresses, type PartName, resolveAddresses, VARIABLES } from './parts/addresses';
import { checkPart } from './parts/check-reachable';
import { temporalOptions } from './parts/temporal-server';
import { ToldError } from './told-error';
import { loginWords } from './who-types';

/** What a verb does not use may be missing: these addresses are never called. */
const UNUSED: Record<PartName, string> = {
  database: 'mysql://unused.invalid/unused',
  temporal: 'unused.invalid:7233',
  relay: 'smtp://unused.invalid',
};

/** The addresses of all parts, of which only those in `needed` must be known. @throws ToldError naming what is missing. */
export async function addressesFor(needed: PartName[]): Promise<Addresses> {
  const parts = Object.keys(VARIABLES) as PartName[];
  const standIns = Object.fromEntries(
    parts.filter((part) => !needed.includes(part)).map((part) => [VARIABLES[part], UNUSED[part]]),
  );
  try {
    return await resolveAddresses(process.env).catch(() => resolveAddresses({ ...standIns, ...set() }));
  } catch (error) {
    throw new ToldError((error as Error).message);
  }
}

/** The addresses of all parts, as far as they are known: `isUnknown` tells the others. */
export async function knownAddresses(): Promise<Addresses> {
  const known: PartName[] = [];
  for (const part of Object.keys(VARIABLES) as PartName[]) if (await isKnown(part)) known.push(part);
  return addressesFor(known);
}

async function isKnown(part: PartName): Promise<boolean> {
  try {
    return !isUnknown(part, await addressesFor([part]));
  } catch (error) {
    if (error instanceof ToldError) return false;
    throw error;
  }
}

/** True for an address that only stands in for a part which is not known. */
export function isUnknown(part: PartName, { temporal, databaseUrl, smtpUrl }: Addresses): boolean {
  return { temporal: temporal.address, database: databaseUrl, relay: smtpUrl }[part] === UNUSED[part];
}

/** What to do about a part for which isUnknown() is true. */
export function missingPart(part: PartName): string {
  const variable = VARIABLES[part];
  return `${NAMES[part]} is missing: it does not run here, and ${variable} is not set. Start the embedded one: npm run stack; or set ${variable} to a real one`;
}

const NAMES: Record<PartName, string> = {
  database: 'The database',
  temporal: 'Temporal',
  relay: 'The mail relay',
};

/** All are asked at once, within 10 s. @throws ToldError: which does not answer, at which address, and how to fix it. */
export async function requireParts(parts: PartName[], addresses: Addresses): Promise<void> {
  const problems = await Promise.all(parts.map((part) => checkPart(part, addresses)));
  const broken = problems.filter((problem) => problem !== null);
  if (broken.length > 0) throw new ToldError(broken.join('\n'));
}

/** Runs `work` with the database, which has answered before. */
export async function withDatabase<T>(
  { databaseUrl }: Pick<Addresses, 'databaseUrl'>,
  work: (database: Database, heads: HeadKeeper) => Promise<T>,
): Promise<T> {
  const idleTransactionSeconds = IDLE_TRANSACTION_SECONDS;
  const heads = keepHeads();
  const { keepHead } = heads;
  const database = openDatabase(databaseUrl, { connections: 3, idleTransactionSeconds, keepHead });
  try {
    return await work(database, heads);
  } finally {
    await database.close();
  }
}

/** Runs `work` with a client of Temporal, which has answered before. */
export async function withClient<T>(
  { temporal }: Addresses,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const temporalClient = require('@temporalio/client') as typeof import('@temporalio/client');
  const connection = await temporalClient.Connection.connect(temporalOptions(temporal, process.env));
  try {
    return await work(
      new temporalClient.Client({ connection, namespace: temporal.namespace, identity: loginWords() }),
    );
  } finally {
    await connection.close();
  }
}

/** An empty variable is one that is not set. */
function set(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value));
}
