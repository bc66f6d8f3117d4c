import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseRealParts } from '../../scripts/demo/refuse-real-parts';
import { type Ended, problemsOf } from '../../scripts/rehearse/judge-scene';
import { SCENES } from '../../scripts/rehearse/scenes';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { until } from '../until';
import { type OwnDemo, ownDemo } from './own-demo';

let rehearsal: OwnDemo | undefined;
afterEach(async () => {
  await rehearsal?.cleanUp();
  rehearsal = undefined;
});
const rehearse = (args: string[], env: Record<string, string> = {}) => {
  rehearsal = ownDemo(args, env, { script: 'rehearse', parts: 'rehearsal' });
  return rehearsal;
};
const NAMES = SCENES.map(({ name }) => name);

// Others each time; `npm run rehearse -- --unattended` plays all ten.
test('troubles of a night, each gone through by what it says to type: everybody told once, by the log of the relay, and nothing of it on the own record (I1, I2, I3, I6)', async () => {
  const anchor = join(mkdtempSync(join(tmpdir(), 'anchor-')), 'audit.anchor');
  const drawn = new Set<string>();
  while (drawn.size < 2) drawn.add(NAMES[randomInt(NAMES.length)]!);
  console.log(`rehearse: ${[...drawn].join(' ')}`);
  const { ended, output, alive } = rehearse(['--unattended', '--scene', ...drawn], { AUDIT_ANCHOR: anchor });
  expect({ code: await ended, said: output() }).toMatchObject({ code: 0 });
  for (const name of drawn)
    expect(output()).toMatch(
      new RegExp(`\nheld {2}${name} +(\\d+) of \\1 customers told once, nobody twice`),
    );
  expect(output()).toContain('Every scene held (2).');
  expect(existsSync(anchor)).toBe(false);
  expect(alive()).toEqual([]);
});

test('an interrupted rehearsal stops all that it started', async () => {
  const { child, ended, output, seen, alive } = rehearse(['--unattended', '--scene', 'pause']);
  await until('the scene', () => output().includes('1 of 1: pause') || child.exitCode !== null, output);
  // Database, Temporal, relay and worker.
  expect(seen().length).toBeGreaterThanOrEqual(4);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(alive()).toEqual([]);
});

test('beside a real part it does not begin, and says what to type', async () => {
  const url = 'mysql://ann:secret@db.shop.test/shop';
  const { ended, output, seen } = rehearse(['--unattended', '--scene', 'pause'], { DATABASE_URL: url });
  expect(await ended).toBe(2);
  expect(output()).toContain('unset DATABASE_URL');
  expect(output()).not.toContain('secret');
  expect(seen()).toEqual([]);
});

test('each variable that names a real part counts', () => {
  for (const name of ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'SMTP_URL'])
    expect(() => refuseRealParts({ [name]: 'x' })).toThrow(`unset ${name}`);
  expect(() => refuseRealParts({ DATABASE_URL: '' })).not.toThrow();
});

test('with nobody at a terminal it says how to have everything typed', async () => {
  const { ended, output } = rehearse([]);
  expect(await ended).toBe(2);
  expect(output()).toContain('--unattended');
});

test('--list and docs/rehearsal.md have every scene', async () => {
  const { ended, output } = rehearse(['--list']);
  expect(await ended).toBe(0);
  const page = readFileSync(join(projectFolder, 'docs', 'rehearsal.md'), 'utf8');
  expect(
    output()
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(NAMES);
  expect([...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)).toEqual(NAMES);
});

describe('a scene does not hold', () => {
  const fine: Ended = {
    owed: 59,
    missing: 0,
    notices: { sent: 59, skipped: 1 },
    judged: {
      ...{ acceptedByRelay: [59], acceptedOnce: 59, acceptedTwiceOrMore: 0, neverAccepted: 0 },
      ...{ remindedOnce: 0, remindedTwiceOrMore: 0, remindedAfterChoosing: 0, neverReminded: 0 },
      ...{ oldPasswordsAlive: 0, passwordsClobbered: 0, auditBroken: false },
    },
  };
  const judged = (more: Partial<Ended['judged']>) => ({ judged: { ...fine.judged, ...more } });

  test('unless something is wrong', () => expect(problemsOf(fine)).toEqual([]));

  test.each<[string, Partial<Ended>, string]>([
    ['somebody was told twice', judged({ acceptedTwiceOrMore: 1 }), 'told twice or more: 1, not 0'],
    ['somebody was told by nobody', judged({ acceptedOnce: 58 }), 'told once: 58, not 59'],
    ['the books say another figure', { notices: { sent: 58 } }, 'told by the books: 58, not 59'],
    ['the books lack somebody', { missing: 1 }, 'without an answer in the books: 1, not 0'],
    ['somebody has failed', { notices: { sent: 59, failed: 2 } }, 'failed in the books: 2, not 0'],
    ['an old password lives', judged({ oldPasswordsAlive: 1 }), 'old passwords that live: 1, not 0'],
    ['a new one was touched', judged({ passwordsClobbered: 1 }), 'new passwords that were touched: 1, not 0'],
    ['the record is broken', judged({ auditBroken: true }), 'the audit log is broken'],
    [
      'nobody was there',
      { ...judged({ acceptedOnce: 0 }), owed: 0, notices: {} },
      'nobody had to be told: nothing is shown',
    ],
  ])('where %s', (_, more, problem) => expect(problemsOf({ ...fine, ...more })).toEqual([problem]));
});
