import { execFileSync, spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { anchorLine, openAnchor, readAnchor } from '../../src/books/anchor-head';
import { appendAudit, recordNotStarted, verifyAudit } from '../../src/books/audit-chain';
import type { KeepHead, NewHead } from '../../src/books/books';
import { transaction } from '../../src/books/books';
import { closeGate } from '../../src/books/gate';
import { setRate } from '../../src/books/incident-decisions';
import { auditEntries } from '../audit-entries';
import { until } from '../until';
import { type OwnLedger, ownLedger } from './own-ledger';

const folder = mkdtempSync(join(tmpdir(), 'anchor-'));
let ledger: OwnLedger;
beforeAll(async () => {
  ledger = await ownLedger('anchor', 1);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await ledger.drop();
});

const HEAD: NewHead = {
  ...{ ledger: 'l-1', incident: 'zappos-2012', seq: 3, hash: 'ab'.repeat(32), action: 'rate' },
  at: '2026-11-25 02:00:00.123456',
};
const HELD = { ...HEAD, at: '2026-11-25T02:00:00.123Z' };
const read = (file: string) => readAnchor(createInterface({ input: createReadStream(file) }));

test('nothing is anchored where nothing is set', () => {
  expect([openAnchor(undefined), openAnchor(''), openAnchor('  ')]).toEqual([null, null, null]);
});

test('each head is a line of the file, after what was there before (I6)', async () => {
  const file = join(folder, 'appended');
  writeFileSync(file, 'written by somebody else\n');
  for (const seq of [3, 4]) expect(await openAnchor(file)!({ ...HEAD, seq })).toBeNull();
  expect(readFileSync(file, 'utf8')).toBe(
    `written by somebody else\n${anchorLine(HEAD)}${anchorLine({ ...HEAD, seq: 4 })}`,
  );
  expect(await read(file)).toEqual({ heads: [HELD, { ...HELD, seq: 4 }], unreadable: 0 });
});

test('a command gets the line on its standard input', async () => {
  const file = join(folder, 'by-command');
  expect(await openAnchor(`| cat >> ${file}`)!(HEAD)).toBeNull();
  expect(readFileSync(file, 'utf8')).toBe(anchorLine(HEAD));
});

test.each([
  ['a folder that is not there', join(folder, 'nowhere', 'file'), 'ENOENT'],
  ['a command that fails', '| echo the disk is full >&2; exit 3', 'it ended with exit 3 the disk is full'],
  ['a command that is not there', '| no-such-command', 'it ended with exit 127'],
])('an anchor that fails says so, with the head: %s', async (__, setting, why) => {
  const problem = await openAnchor(setting)!(HEAD);
  expect(problem).toMatch(/^THE AUDIT'S HEAD WAS NOT ANCHORED by AUDIT_ANCHOR=/);
  expect(problem).toContain(why);
  expect(problem).toContain(`What was decided stands; its head is entry 3, ${HEAD.hash}`);
});

test('an anchor that hangs is given up, the next head at once, and it serves again once it does not hang', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const anchor = openAnchor(pipe, { patienceMilliseconds: 100 })!;
  const given = [await anchor(HEAD), await anchor({ ...HEAD, seq: 4 })];
  // Opened for both, it lasts when a writer has gone. Without it nothing would end: not even this process.
  const reader = spawn('/bin/sh', ['-c', `exec cat <>${pipe}`], { stdio: ['ignore', 'pipe', 'ignore'] });
  let got = '';
  reader.stdout.setEncoding('utf8').on('data', (text) => (got += text));
  try {
    await until('what hung to be written', async () => got.startsWith(anchorLine(HEAD)));
    expect(given).toEqual([
      expect.stringContaining('it does not end within 0.1 s. What'),
      expect.stringContaining('it does not end within 0.1 s, and still hangs. What'),
    ]);
    await until('the anchor to serve again', async () => (await anchor({ ...HEAD, seq: 5 })) === null);
  } finally {
    reader.kill();
  }
});

test('heads are found in an anchor, in syslog and in a log of a worker; a line that was cut is counted', async () => {
  const lines = [
    anchorLine(HEAD),
    `Nov 25 02:00:00 build1 breach-audit[7]: ${anchorLine({ ...HEAD, seq: 4 })}`,
    `{"level":30,"time":1,"pid":7,${anchorLine({ ...HEAD, seq: 5 }).slice(1, -2)},"msg":"audit head"}\n`,
    '{"level":30,"time":1,"pid":7,"ledger":"l-1","msg":"ready for work"}\n',
    `${anchorLine({ ...HEAD, seq: 6 }).slice(0, -9)}${anchorLine({ ...HEAD, seq: 7, incident: null })}`,
    anchorLine({ ...HEAD, hash: 'not one' }),
  ].join('');
  const { heads, unreadable } = await readAnchor(createInterface({ input: Readable.from([lines]) }));
  expect(heads.map(({ seq, incident }) => [seq, incident])).toEqual([
    [3, 'zappos-2012'],
    [4, 'zappos-2012'],
    [5, 'zappos-2012'],
    [7, null],
  ]);
  expect(unreadable).toBe(2);
});

describe('the books', () => {
  let kept: NewHead[];
  const keepHead: KeepHead = async (head) => {
    kept.push(head);
  };
  const books = () => ({ ...ledger.books, keepHead });
  beforeEach(() => {
    kept = [];
  });
  const chain = () => auditEntries(ledger.database.db, { incident: ledger.incident });

  test('give away the head of each decision, once it is committed (I6)', async () => {
    await setRate(books(), 7, 'ann');
    await closeGate(books(), 'a look', 'ann');
    await setRate(books(), 7, 'ann');
    const entries = await chain();
    expect(kept).toMatchObject([
      { ledger: ledger.ledgerId, incident: 'test', seq: entries.length - 1, action: 'rate' },
      { ledger: ledger.ledgerId, incident: 'test', seq: entries.length, action: 'gate-closed' },
    ]);
    expect(await verifyAudit(ledger.books)).toBeNull();
  });

  test('give away no head of what was rolled back: it would accuse a chain that is whole', async () => {
    const rolledBack = transaction(books(), async (decided) => {
      await appendAudit(decided, { who: 'ann', action: 'rate', detail: {} });
      throw new Error('after the entry');
    });
    await expect(rolledBack).rejects.toThrow('after the entry');
    expect(kept).toEqual([]);
  });

  test('give away also the heads of files that were not started', async () => {
    await recordNotStarted(ledger.database.db, { who: 'ann', action: 'test-send', detail: {} }, keepHead);
    expect(kept).toMatchObject([{ incident: null, seq: 1, action: 'test-send' }]);
  });
});
