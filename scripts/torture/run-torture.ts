import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { ledgerSchemaOf } from '../../src/books/open-database';
import { prepareIncident } from '../../src/operator/prepare-incident';
import { startIncident } from '../../src/operator/start';
import { ask } from '../relay/relay-process';
import { startParts } from '../stack/breakable-parts';
import { EMBEDDED_SCHEMA } from '../stack/start-database';
import { indented, typeCommand } from '../stack/type-command';
import { startLife } from './company-life';
import { countClaims, countInDoubt, leaseLeftMilliseconds, type TortureFigures } from './figures';
import { judge } from './judge';
import { patientOperator } from './patient-operator';
import { BIG_RECEIVER, type Blow, RELAYS, schedule, WORKERS } from './schedule';
import { beforeSchemaOf, makeTortureCompany } from './torture-company';
import { tortureIncident } from './torture-incident';
import type { TortureOptions } from './torture-options';
import { untilProgress, untilQuiet, workProgress } from './torture-progress';
import { torturer } from './torturer';

export interface Torture {
  options: TortureOptions;
  folder: string;
  say(line: string): void;
  /** Called at once with what stops everything, also while it starts. */
  started(stop: () => Promise<void>): void;
  /** The blow that is about to be struck. */
  tell(blow: Blow): void;
}

/** Long enough that most kills hit a run at work, short enough for many of them. */
const SECONDS_PER_KILL = 2.5;

/** So often the log is asked, before those it cannot settle are decided. */
const EVIDENCE_ROUNDS = 2;

export async function runTorture({ options, folder, say, started, tell }: Torture): Promise<TortureFigures> {
  const { customers, kills, seed } = options;
  const startedAt = performance.now();
  const perSecond = Math.max(200, Math.ceil(customers / Math.max(4, kills * SECONDS_PER_KILL)));
  const incident = tortureIncident(folder, perSecond);
  const prepared = await prepareIncident(incident.file);
  const { id: incidentId, cutoff } = prepared.incident;
  const { contentHash } = prepared.notices;

  const parts = await startParts({ folder, workers: WORKERS, relays: RELAYS, say, started });
  const { databaseUrl, relays } = parts;
  const relayLogs = relays.map(({ relay }) => relay.log);
  const type = async (args: string[]) => {
    const { code, output } = await typeCommand('cli', args, parts.env);
    say(`  npm run cli -- ${args.join(' ')}: exit ${code}\n${indented(output).slice(0, 2_000)}`);
    return code;
  };
  const ledgerSchema = ledgerSchemaOf(EMBEDDED_SCHEMA);
  say(`Making ${customers} customers ...`);
  const ids = await makeTortureCompany(databaseUrl, {
    ...{ customers, seed, cutoff },
    domain: `IF(c.id % 10 = 3, '${BIG_RECEIVER}', 'torture.test')`,
  });
  const connection = await Connection.connect({ address: parts.temporal.address });
  const client = new Client({ connection });
  await startIncident({ databaseUrl, client, uiUrl: null, prepared, by: 'the torturer' });

  const operator = patientOperator(client, databaseUrl, ledgerSchema, { incidentId, type, say });
  const life = startLife(databaseUrl, ids, seed);
  const victim = { parts, client, incident, incidentId, contentHash, ledgerSchema, perSecond, type };
  const torture = torturer(victim);
  const progress = workProgress({ databaseUrl, ledgerSchema, relayLogs }, customers);
  const inDoubt = () => countInDoubt(databaseUrl, ledgerSchema, null);
  const isOver = () => operator.standing()?.phase === 'closed';
  const isReminding = () => operator.standing()?.phase === 'remind';
  const waitsForEvidence = () => operator.standing()?.holdKind === 'in-doubt';
  let [inDoubtSeen, inDoubtMaxPerKill, measured, killsAtWork] = [0, 0, 0, 0];

  async function strike(blows: Blow[]): Promise<void> {
    for (const blow of blows) {
      await untilProgress(progress, blow.at);
      tell(blow);
      await torture.do(blow.deed);
    }
    await torture.thawed();
    await parts.allUp();
    for (const { relay } of relays) await ask(relay.control, { clear: true });
  }

  /** Settles who is in doubt from the relays' logs, until the run has come so far. */
  async function settleUntil(there: () => boolean): Promise<void> {
    await untilQuiet(() => there() || waitsForEvidence(), progress);
    inDoubtSeen += await inDoubt();
    for (const { pid, inDoubtBefore } of torture.killed.slice(measured)) {
      const after = await countInDoubt(databaseUrl, ledgerSchema, pid);
      inDoubtMaxPerKill = Math.max(inDoubtMaxPerKill, after - inDoubtBefore);
      if ((await countClaims(databaseUrl, ledgerSchema, pid)) > 0) killsAtWork++;
    }
    measured = torture.killed.length;
    for (let round = 0; !there() && round < 5; round++) {
      say(`${await inDoubt()} in doubt: settling from the relays' logs.`);
      await type(['settle', '--postfix-log', ...relayLogs, '--go']);
      const resend = ['--touch-relay', '--resend-absent', '--reason', 'torture', '--quarantine', '1', '--go'];
      await type(['settle', '--postfix-log', ...relayLogs, ...resend]);
      // A relay that was killed never logged its sessions' ends, so its log proves nobody absent. The torturer knows that this one logs
      // before it answers.
      const decide = ['--decide', 'resend', '--reason', 'the relay logs before it answers', '--go'];
      if (round >= EVIDENCE_ROUNDS) await type(['settle', ...decide]);
      await type(['resume']);
      // Who is absent can be told only once the lease of their claim is over, and the quarantine.
      await sleep((await leaseLeftMilliseconds(databaseUrl, ledgerSchema)) + 1_500);
      await untilQuiet(() => there() || waitsForEvidence(), progress);
    }
  }

  const blows = schedule({ kills, seed });
  await strike(blows.filter(({ at }) => at < 2));
  say('Everybody must be told before anybody is reminded: settling the rest.');
  await settleUntil(() => isReminding() || isOver());
  await strike(blows.filter(({ at }) => at >= 2));
  say('Every blow has been struck: settling the rest.');
  await life.stop();
  await settleUntil(isOver);
  const closed = isOver();
  await operator.stop();
  const inDoubtLeft = await inDoubt();
  const cutoffInTables = new Date(cutoff).toISOString().slice(0, 19).replace('T', ' ');
  const judged = await judge(databaseUrl, {
    ledgerSchema,
    beforeSchema: beforeSchemaOf(EMBEDDED_SCHEMA),
    relayLogs,
    lived: life.lived,
    cutoff: cutoffInTables,
  });
  await connection.close();
  const { examples, ...figures } = judged;
  return {
    customers,
    kills,
    seed,
    ...figures,
    inDoubtSeen,
    inDoubtLeft,
    inDoubtMaxPerKill,
    killsMeasured: torture.killed.length,
    killsAtWork,
    closed,
    deeds: torture.deeds,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    killsByKind: torture.kills,
    examples,
  };
}
