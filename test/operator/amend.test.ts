import { readAudit } from '../../src/books/audit-chain';
import { listVersions } from '../../src/books/file-versions';
import { bareBooks, findIncident } from '../../src/books/incident-row';
import { workflowIdOf } from '../../src/workflows/messages';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';

const ID = 'zappos-2012';
const WHY = ['--by', 'Jo Counsel', '--reason', 'a typo in the heading'];

let desk: OwnOperator;
beforeAll(async () => {
  desk = await ownOperator('amend', 200);
});
afterAll(() => desk.end());

const row = async () => (await findIncident(desk.database.db, ID))!;
const amendments = async () =>
  (await readAudit(bareBooks(desk.database, await row()))).filter(({ action }) => action === 'amended');
const plain = (text: string) =>
  text.replace('perSecond: 500', 'perSecond: 1000').replace('    - care-leads@zappos.test\n', '');
const otherWords = (text: string) => plain(text).replace('heading: Notice of Data Breach', 'heading: Notice');
const otherPace = (text: string) => otherWords(text).replace('perSecond: 1000', 'perSecond: 900');
let first: string;
let words: string;

// One story: each step leaves what the next one finds.

test('a file of an incident that was never started, and one with problems', async () => {
  first = desk.file('first.yaml', plain);
  expect((await desk.start([first, '--go'])).code).toBe(0);
  await desk.worker();
  await until('the approval', async () => (await row()).phase === 'approval');
  const other = desk.file('other.yaml', (text) => plain(text).replace(`id: ${ID}`, 'id: another'));
  const unknown = await desk.cli(['amend', other]);
  expect([unknown.code, unknown.err]).toEqual([
    2,
    expect.stringContaining('There is no incident another here'),
  ]);
  const faulty = desk.file('faulty.yaml', (text) => text.replace('perSecond: 500', 'perSecond: soon'));
  expect(await desk.cli(['amend', faulty])).toMatchObject({
    code: 2,
    err: expect.stringContaining('perSecond'),
  });
});

test('without --go it shows what would change and does nothing; with it, it wants to know who and why', async () => {
  words = desk.file('words.yaml', otherWords);
  const dry = await desk.cli(['amend', words]);
  expect([dry.code, dry.err]).toEqual([0, '']);
  expect(dry.out).toContain(`would amend ${ID}, now version 1, in 1 value:`);
  expect(dry.out).toContain('texts.en.heading: was "Notice of Data Breach", is "Notice"');
  expect(dry.out).toMatch(
    /The words change \(content hash [0-9a-f]{12}\): somebody must read and approve them/,
  );
  expect(dry.out).toContain(`npm run cli -- amend ${words} --go --by "YOUR NAME" --reason "WHAT WAS WRONG"`);
  expect(await desk.cli(['amend', first])).toMatchObject({
    code: 0,
    out: expect.stringContaining('Nothing differs'),
  });
  expect(await desk.cli(['amend', words, '--go', '--reason', 'x'])).toMatchObject({
    ...{ code: 2, err: expect.stringContaining('--by "YOUR NAME"') },
  });
  expect(await desk.cli(['amend', words, '--go', '--by', 'Jo'])).toMatchObject({
    ...{ code: 2, err: expect.stringContaining('--reason "WHAT WAS WRONG"') },
  });
  expect((await listVersions(bareBooks(desk.database, await row()))).length).toBe(1);
  expect(await row()).toMatchObject({ version: 1, gate: 'open', fence: '0' });
});

test.each([
  [
    'the cutoff',
    'cutoff: 2012-01-15T23:00:00Z',
    'cutoff: 2012-01-14T23:00:00Z',
    'cutoff: the passwords were expired',
  ],
  ['the mapping', 'dead: null', 'dead: "!"', 'database.retire.0.dead: the passwords were expired'],
])(
  '%s is refused with the reason, dry and with --go, and no other id is advised',
  async (_, from, to, why) => {
    const file = desk.file('refused.yaml', (text) => otherWords(text).replace(from, to));
    for (const args of [[], ['--go', ...WHY]]) {
      const refused = await desk.cli(['amend', file, ...args]);
      expect(refused.code).toBe(1);
      expect(refused.out).toContain('REFUSED');
      expect(refused.out).toContain(why);
      expect(refused.out).toContain('texts.en.heading');
      expect(refused.out).not.toContain('another id:');
    }
    const started = await desk.start([file, '--go']);
    expect(started.code).toBe(1);
    expect(started.out).toContain(`npm run cli -- amend ${file}`);
    expect(await row()).toMatchObject({ version: 1, gate: 'open' });
  },
);

test('a typo at the approval: amended, approved anew by the new hash, told (C103)', async () => {
  const { content_hash: old } = await row();
  const started = await desk.start([words, '--go']);
  expect([started.code, started.out]).toEqual([1, expect.stringContaining(`npm run cli -- amend ${words}`)]);
  const amended = await desk.cli(['amend', words, '--go', ...WHY]);
  expect([amended.code, amended.err]).toEqual([0, '']);
  expect(amended.out).toContain(`AMENDED ${ID}, by Jo Counsel: version 2 is in effect, 1 value changed.`);
  const now = await row();
  expect(amended.out).toContain(`--content ${now.content_hash.slice(0, 12)}`);
  expect(now).toMatchObject({ version: 2, gate: 'open', approved_by: null });
  const late = await desk.cli(['approve', '--content', old, '--by', 'Ann']);
  expect([late.code, late.err]).toEqual([1, expect.stringContaining('REFUSED: these are other texts')]);
  const stale = await desk.start([first, '--go']);
  expect([stale.code, stale.out]).toEqual([
    1,
    expect.stringContaining('its file was amended since (version 2)'),
  ]);
  expect(stale.out).toContain(`npm run cli -- amend ${first}`);
  expect((await desk.start([words, '--go'])).out).toContain('RUNNING ALREADY');
  expect((await desk.cli(['status'])).out).toMatch(/^ {2}File +version 2: it was amended/m);
  const [entry] = await amendments();
  expect(entry!.who).toMatch(/^Jo Counsel \(through Temporal: /);
  expect((await desk.cli(['audit'])).out).toContain('amended the file, version 2 now, in texts.en.heading');
  await desk.cli(['approve', '--content', now.content_hash, '--by', 'Ann']);
  await until('the canary', async () => (await row()).hold_kind === 'canary-done');
});

test('another pace at the canary: the approval and the hold stay', async () => {
  const file = desk.file('pace.yaml', otherPace);
  const dry = await desk.cli(['amend', file, '--json']);
  expect(JSON.parse(dry.out)).toMatchObject({
    ...{ incidentId: ID, version: 2, needsApproval: false, refused: [] },
    changes: [{ field: 'pace.perSecond', was: 1000, is: 900 }],
  });
  const amended = await desk.cli(['amend', file, '--go', ...WHY]);
  expect([amended.code, amended.out]).toEqual([
    0,
    expect.stringContaining('The texts are as they were approved.'),
  ]);
  const { approved_by, ...now } = await row();
  expect(now).toMatchObject({ version: 3, rate_per_second: 900, hold_kind: 'canary-done', gate: 'open' });
  expect(approved_by).toMatch(/^Ann /);
});

test('after a terminate a start with the amended file goes on; words amended among the told are the last ones', async () => {
  await desk.client.workflow.getHandle(workflowIdOf(ID)).terminate('by mistake');
  const pace = desk.file('pace.yaml', otherPace);
  expect((await desk.start([pace, '--go'])).out).toContain('GOES ON from phase canary');
  const file = desk.file('again.yaml', (text) =>
    otherPace(text).replace('heading: Notice', 'heading: Data Breach'),
  );
  expect((await desk.cli(['amend', file, '--go', ...WHY])).code).toBe(0);
  const resumed = await desk.cli(['resume']);
  expect(resumed.code).toBe(0);
  await until('the approval', async () =>
    (await desk.cli(['status'])).out.includes('-> npm run cli -- approve'),
  );
  await desk.cli(['approve', '--content', (await row()).content_hash, '--by', 'Ann']);
  await until('the end', async () => {
    const { phase, hold_kind } = await row();
    if (hold_kind === 'canary-done') await desk.cli(['resume']);
    return phase === 'closed';
  });
  const report = await desk.cli(['report', '--json']);
  const { versions, sent } = JSON.parse(report.out);
  expect(versions.map(({ version }: { version: number }) => version)).toEqual([1, 2, 3, 4]);
  const counts = versions.map((version: { sent: number }) => version.sent);
  expect([counts[0], counts[2], counts[1] + counts[3]]).toEqual([0, 0, sent]);
  expect(counts[1]).toBeGreaterThan(0);
  expect(counts[3]).toBeGreaterThan(0);
  expect(report.code).toBe(0);
  const verified = await desk.cli(['verify']);
  expect(verified.out).toContain('each version of the file is what the audit log says');
  expect(verified.code).toBe(0);
});

test('a closed incident is not amended', async () => {
  const file = desk.file('late.yaml', (text) => plain(text));
  for (const args of [[], ['--go', ...WHY]]) {
    const refused = await desk.cli(['amend', file, ...args]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/closed for good/)]);
  }
  expect((await row()).version).toBe(4);
});
