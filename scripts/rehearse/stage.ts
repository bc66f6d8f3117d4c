import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Client } from '@temporalio/client';
import { surveyNotices } from '../../src/books/balance';
import { findIncident, type IncidentRow } from '../../src/books/incident-row';
import { type Database, ledgerSchemaOf, openDatabase } from '../../src/books/open-database';
import { type KnownReceiver, readReceivers } from '../../src/books/receivers';
import { openConnection } from '../../src/company/connect';
import type { NoticeState } from '../../src/incident/vocabulary';
import { approve } from '../../src/operator/approve';
import { waitUntil } from '../../src/operator/parts/this-machine';
import { prepareIncident } from '../../src/operator/prepare-incident';
import { ensureLedger } from '../../src/operator/run-ledger';
import { startIncident } from '../../src/operator/start';
import { acceptancesIn } from '../relay/acceptances';
import { ask } from '../relay/relay-process';
import type { Parts } from '../stack/breakable-parts';
import { EMBEDDED_SCHEMA } from '../stack/start-database';
import { beforeSchemaOf, makeTortureCompany } from '../torture/torture-company';
import { incidentIdOf, rehearsalIncident } from './rehearsal-incident';
import type { Scene } from './scene';

/** A scene's world: a made-up company with a ledger of its own, and a run at the place where the scene begins. */
export interface Stage {
  parts: Parts;
  client: Client;
  database: Database;
  incidentId: string;
  /** The incident file, as it is typed. */
  file: string;
  /** The file's cutoff. */
  cutoff: string;
  /** The keys of the customers, in the order in which they are told. */
  customers: readonly string[];
  /** Null before the start. */
  row(): Promise<IncidentRow | null>;
  notices(): Promise<Partial<Record<NoticeState, number>>>;
  receivers(): Promise<KnownReceiver[]>;
  /** How many messages the relay has taken in this scene, by its own log. */
  accepted(): Promise<number>;
  /** One command to the relay (relay/control.ts): how it misbehaves from now on. */
  relay(command: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** @throws Error with the words when it does not come about in time. */
  until(awaited: string, holds: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

const SEED = 2012;
const SECONDS = 90;

/** Makes the scene's world: whatever the scene before has left is thrown away. */
export async function openStage(
  scene: Scene,
  { parts, client, folder }: { parts: Parts; client: Client; folder: string },
): Promise<Stage> {
  const { databaseUrl, relay } = parts;
  // A scene that was left in its middle may have left one of them down.
  for (const name of ['database', 'temporal', 'relay'] as const) await parts.begin(name);
  await ask(relay.control, { clear: true });
  await parts.end('worker-1', 'SIGTERM');
  await emptySchemas(databaseUrl);
  // Until there is a ledger it waits for one.
  const worker = parts.begin('worker-1');
  worker.catch(() => undefined); // told below
  const path = join(folder, `${scene.name}.yaml`);
  const right = rehearsalIncident({ ...scene, mistake: undefined });
  writeFileSync(path, right);
  const prepared = await prepareIncident(path);
  const { cutoff } = prepared.incident;
  const customers = await makeTortureCompany(databaseUrl, {
    customers: scene.customers,
    seed: SEED,
    cutoff,
    domain: domainOf(scene),
  });
  await ensureLedger(databaseUrl, prepared.incident);
  writeFileSync(path, rehearsalIncident(scene));
  const database = openDatabase(databaseUrl, { connections: 2 });
  const { db } = database;
  const incidentId = incidentIdOf(scene);
  const row = async () => (await findIncident(db, incidentId)) ?? null;
  const books = async () => ({ db, incident: (await row())!.incident });
  const stage: Stage = {
    ...{ parts, client, database, incidentId, cutoff, customers, row },
    file: relative(process.cwd(), path),
    notices: async () => (await surveyNotices(await books(), 'notice')).notices,
    receivers: async () => readReceivers(await books()),
    accepted: async () =>
      (await acceptancesIn(relay.log)).filter(({ to }) => to.endsWith(`.${scene.name}.test`)).length,
    relay: (command) => ask(relay.control, command),
    until: async (awaited, holds) => {
      if (await waitUntil(holds, SECONDS)) return;
      const now = await row();
      const stands = now === null ? 'not started' : `${now.phase}, ${now.hold_reason ?? now.gate_reason}`;
      throw new Error(`Waited ${SECONDS} s in vain for ${awaited}. The run stands here: ${stands}`);
    },
    close: () => database.close(),
  };
  await Promise.all([worker, scene.prepare?.(stage)]);
  if (scene.begins !== 'before the start') await startRunOf(scene, stage);
  return stage;
}

/** A few domains, so that no receiver is everybody's; one of them is big.SCENE.test. */
function domainOf({ name }: Scene): string {
  return `CONCAT(ELT(1 + c.id % 4, 'big', 'north', 'south', 'west'), '.${name}.test')`;
}

async function startRunOf({ begins }: Scene, stage: Stage): Promise<void> {
  const { parts, client, incidentId, file, row, until } = stage;
  const prepared = await prepareIncident(file);
  const answer = await startIncident({
    databaseUrl: parts.databaseUrl,
    client,
    uiUrl: parts.temporal.uiUrl,
    prepared,
    by: 'the rehearsal',
  });
  if (answer.kind === 'refused')
    throw new Error([answer.reason, ...answer.differences, answer.todo].join('\n'));
  await until('the approval', async () => (await row())?.phase === 'approval');
  const { contentHash } = prepared.notices;
  await approve(client, { incidentId, by: 'the rehearsal', contentHash });
  await until(`the run ${begins}`, async () => {
    const { phase, hold_kind } = (await row())!;
    return begins === 'at the canary' ? hold_kind === 'canary-done' : phase === 'notify';
  });
}

async function emptySchemas(url: string): Promise<void> {
  const connection = await openConnection(url, { schema: null });
  try {
    for (const schema of [EMBEDDED_SCHEMA, ledgerSchemaOf(EMBEDDED_SCHEMA), beforeSchemaOf(EMBEDDED_SCHEMA)])
      await connection.query(`DROP DATABASE IF EXISTS \`${schema}\``);
    await connection.query(`CREATE DATABASE \`${EMBEDDED_SCHEMA}\` CHARACTER SET utf8mb4`);
  } finally {
    await connection.end();
  }
}
