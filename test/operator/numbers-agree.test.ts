import { sql } from 'kysely';
import { inWords } from '../../src/incident/hold-reason';
import type { GateSeen, RunStatus } from '../../src/incident/run-status';
import { workflowIdOf } from '../../src/workflows/messages';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';

let desk: OwnOperator;
afterAll(() => desk?.end());

const ID = 'zappos-2012';
type Counts = Record<string, number>;

async function counted(table: string, column: string): Promise<Counts> {
  const { rows } = await sql<{ name: string; rows: string }>`
    SELECT ${sql.ref(column)} AS name, COUNT(*) AS \`rows\` FROM ${sql.table(table)} GROUP BY ${sql.ref(column)}`.execute(
    desk.database.db,
  );
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, Number(count)]));
}

/** Every number that somebody can look at: `status`, its JSON, the page and the memo of the Web UI, and the books. */
async function numbers() {
  const handle = desk.client.workflow.getHandle(workflowIdOf(ID));
  const { run, gate } = JSON.parse((await desk.cli(['status', '--json'])).out) as {
    run: RunStatus | null;
    gate: GateSeen;
  };
  const { out: text } = await desk.cli(['status']);
  const { memo } = await handle.describe();
  const page = await handle
    .query<{ currentDetails: string }>('__temporal_workflow_metadata')
    .then(({ currentDetails }) => currentDetails)
    .catch(() => '');
  return {
    run,
    gate,
    text,
    memo,
    page,
    notices: await counted('notices', 'state'),
    cohort: await counted('cohort', 'password'),
  };
}

const GATE_FACTS = ['gate', 'reason', 'by', 'since', 'fence', 'liveClaims'] as const;

/** Settled notices, of all customers: what the phase's own line says. */
const settled = ({ sending: _, released: __, ...others }: Counts) =>
  Object.values(others).reduce((all, count) => all + count, 0);

async function agree(kind: string): Promise<Counts> {
  let seen: Awaited<ReturnType<typeof numbers>> | undefined;
  await until(
    `the numbers to agree while it waits: ${kind}`,
    async () => {
      seen = await numbers();
      const { run, gate, text, memo, page, notices, cohort } = seen;
      return (
        run?.waitingFor?.kind === kind &&
        same(run.counts.notices as Counts, notices) &&
        same(run.counts.cohort, cohort) &&
        GATE_FACTS.every((fact) => run.gate?.[fact] === gate[fact]) &&
        run.done === settled(notices) &&
        text.includes(`${inWords(run.counts.notices)}\n`) &&
        page.includes(`**Notices** ${inWords(run.counts.notices)}\n`) &&
        page.includes(`**Done** ${run.done} of `) &&
        memo?.phase === run.phase &&
        memo.waitsFor === run.waitingFor.what &&
        memo.todo === `npm run cli -- resume --incident ${ID}`
      );
    },
    () => seen && [seen.run?.counts, seen.notices, seen.cohort, seen.memo, seen.page],
  );
  return seen!.notices;
}

function same(told: Counts, books: Counts): boolean {
  return [...Object.keys(told), ...Object.keys(books)].every(
    (name) => (told[name] ?? 0) === (books[name] ?? 0),
  );
}

const mailed = (more: number) => {
  const before = desk.acceptances();
  return until('more mail', () => desk.acceptances() >= before + more);
};
const resume = async () => expect((await desk.cli(['resume', '--by', 'Jo'])).code).toBe(0);

test('after a pause, the breaker, a stopped and a killed worker all numbers are those of the books (C104)', async () => {
  desk = await ownOperator('numbers', 1_500);
  const file = desk.file('incident.yaml', (text) =>
    text
      .replace('  customers: 100\n  afterwards: hold', '  customers: 0\n  afterwards: continue')
      .replace('firstAfterSeconds: 300', 'firstAfterSeconds: 3600'),
  );
  const begun = await desk.start([file, '--go', '--by', 'Ann']);
  expect([begun.code, begun.err]).toEqual([0, '']);
  await desk.relay.control({ add: { at: 'dot', delayMs: 100 } });
  await desk.relay.control({ add: { at: 'rcpt', every: 15, reply: '450 4.2.1 busy' } });
  let worker = await desk.worker();
  const { rows } = await sql<{ hash: string }>`SELECT content_hash AS hash FROM incidents`.execute(
    desk.database.db,
  );
  expect((await desk.cli(['approve', '--by', 'Jo', '--content', rows[0]!.hash])).code).toBe(0);

  await mailed(60);
  expect((await desk.cli(['pause', '--by', 'Ann', '--reason', 'lunch'])).code).toBe(0);
  const paused = await agree('paused');
  expect(paused.released).toBeGreaterThan(0);

  await resume();
  await mailed(60);
  await desk.relay.control({ clear: true });
  await desk.relay.control({ add: { at: 'mail', reply: '550 5.7.1 sender blocked' } });
  await agree('paused');
  const { out } = await desk.cli(['status']);
  expect(out).toContain('the breaker');

  await desk.relay.control({ clear: true });
  await desk.relay.control({ add: { at: 'dot', delayMs: 100 } });
  await resume();
  await mailed(60);
  await worker.stop();
  expect((await desk.cli(['pause', '--direct', '--by', 'Ann'])).code).toBe(0);
  worker = await desk.worker();
  await agree('paused');

  await resume();
  await mailed(60);
  process.kill(worker.identity.pid, 'SIGKILL');
  await worker.ended;
  expect((await desk.cli(['pause', '--direct', '--by', 'Ann'])).code).toBe(0);
  await desk.worker();
  await agree('paused');
});
