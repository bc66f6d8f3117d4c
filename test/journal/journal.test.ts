import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incidentMark, isOnLocalDisk, journalsIn } from '../../src/journal/journal-files';
import type { JournalClaim, JournalEntry, JournalHeader } from '../../src/journal/journal-line';
import { type Journal, JournalDeletedError, openJournal } from '../../src/journal/open-journal';
import { dotsOf, entriesBackward, readJournalHeader, TornJournalError } from '../../src/journal/read-journal';
import type { Outcome } from '../../src/smtp/outcome';

const header: JournalHeader = { mark: 'abc', worker: 'host:1:p1', boot: 'b', socket: '/nowhere' };
const accepted: Outcome = { kind: 'accepted', phase: 'after-dot', code: 250, queueId: 'Q1', text: '' };
const released: Outcome = { kind: 'released', phase: 'after-dot', trouble: null };
const claim = (claimId: string): JournalClaim => ({
  claimId,
  token: `t${claimId}`,
  claimedAt: '2026-11-25T02:00:00.000Z',
  wave: 'notice',
  lane: 'notify-1',
  after: null,
  at: '30',
  first: '10',
  last: '30',
});

let folder: string;
let journal: Journal;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  journal = openJournal(folder, 'p1', header);
  path = journalsIn(folder)[0]!.path;
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});
const lines = () => readFileSync(path, 'utf8').split('\n').slice(0, -1);

test('a dot is in the file before the call returns, with the answers known by then', async () => {
  journal.claimed(claim('7'));
  journal.dot('7', '10', 'notify-1/0');
  expect(lines()).toHaveLength(3);
  journal.answered('7', '10', accepted);
  journal.dot('7', '20', 'notify-1/0');
  expect(lines()).toHaveLength(5);
  journal.answered('7', '20', released);
  await Promise.resolve();
  expect(lines()).toHaveLength(6);
  expect([...entriesBackward(path)].reverse()).toEqual<JournalEntry[]>([
    { kind: 'header', ...header },
    { kind: 'claim', ...claim('7') },
    { kind: 'dot', claimId: '7', customerId: '10', session: 'notify-1/0' },
    { kind: 'taken', claimId: '7', customerId: '10', code: 250, queueId: 'Q1' },
    { kind: 'dot', claimId: '7', customerId: '20', session: 'notify-1/0' },
    { kind: 'refused', claimId: '7', customerId: '20' },
  ]);
  expect(readJournalHeader(path)).toEqual(header);
});

describe('a journal that was taken away while it is written is told (I7):', () => {
  test('before the next claim, and not before', () => {
    journal.claimed(claim('7'));
    expect(journal.lost()).toBeNull();
    rmSync(folder, { recursive: true });
    journal.dot('7', '10', 'notify-1/0');
    expect(journal.lost()).toBe('unsaid');
    expect(() => journal.claimed(claim('8'))).toThrow(expect.objectContaining({ code: 'JOURNAL_DELETED' }));
    expect(journal.lost()).toBe('said');
    mkdirSync(folder);
  });

  test('also where another file has its name', () => {
    rmSync(path);
    writeFileSync(path, 'another');
    expect(() => journal.claimed(claim('8'))).toThrow(JournalDeletedError);
  });

  test('once its folder is back where it was, it goes on', () => {
    renameSync(folder, `${folder}-moved`);
    expect(() => journal.claimed(claim('7'))).toThrow(JournalDeletedError);
    renameSync(`${folder}-moved`, folder);
    journal.claimed(claim('8'));
    expect(lines()).toHaveLength(2);
  });
});

test('only its owner may read it', () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('the latest entry of a customer counts, and only of the claims that are asked for', () => {
  for (const id of ['7', '8']) journal.claimed(claim(id));
  const dot = (claimId: string, customerId: string, outcome?: Outcome) => {
    journal.dot(claimId, customerId, 's');
    if (outcome) journal.answered(claimId, customerId, outcome);
  };
  dot('7', '10', accepted);
  dot('7', '20', released);
  dot('7', '20'); // given back, dotted again, not answered
  dot('8', 'ümlaut\n"', { ...accepted, queueId: null });
  dot('7', '30', { kind: 'unknown', phase: 'after-dot', trouble: { kind: 'lost' } as never });
  journal.dot('8', '40', 's'); // writes the answers before it
  expect(dotsOf(path, ['7'])).toEqual(
    new Map([
      [
        '7',
        new Map<string, unknown>([
          ['30', 'unanswered'],
          ['20', 'unanswered'],
          ['10', { code: 250, queueId: 'Q1' }],
        ]),
      ],
    ]),
  );
  expect(dotsOf(path, ['8']).get('8')!.get('ümlaut\n"')).toEqual({ code: 250, queueId: null });
  expect(dotsOf(path, ['9'])).toEqual(new Map([['9', new Map()]]));
});

test('a journal of many blocks is read whole from its end', () => {
  for (let i = 0; i < 200; i++) {
    journal.claimed(claim(String(i)));
    for (let customer = 0; customer < 100; customer++) {
      journal.dot(String(i), `${customer} ${'x'.repeat(100 + ((i * customer) % 37))}`, 's');
      if (customer % 3) journal.answered(String(i), String(customer), accepted);
    }
  }
  expect(statSync(path).size).toBeGreaterThan(3 << 20);
  let entries = 0;
  for (const { kind } of entriesBackward(path)) if (kind === 'claim' || kind === 'dot') entries++;
  expect(entries).toBe(200 + 20_000);
  expect(dotsOf(path, ['0']).get('0')!.size).toBeGreaterThanOrEqual(100);
});

describe('a journal that is not what was written is worth nothing:', () => {
  beforeEach(() => {
    journal.claimed(claim('7'));
    for (const id of ['10', '20', '30']) journal.dot('7', id, 's');
  });
  const read = () => dotsOf(path, ['7']);

  test('its last line torn', () => {
    truncateSync(path, statSync(path).size - 3);
    expect(read).toThrow(TornJournalError);
  });
  test('something after its last line', () => {
    appendFileSync(path, 'x');
    expect(read).toThrow(TornJournalError);
  });
  test('a line missing in the middle', () => {
    writeFileSync(path, `${lines().toSpliced(3, 1).join('\n')}\n`);
    expect(read).toThrow(TornJournalError);
  });
  test('its beginning missing', () => {
    writeFileSync(path, `${lines().slice(2).join('\n')}\n`);
    expect(read).toThrow(TornJournalError);
  });
  test('a customer changed', () => {
    writeFileSync(path, readFileSync(path, 'utf8').replace('"20"', '"21"'));
    expect(read).toThrow(TornJournalError);
  });
  test('empty', () => {
    truncateSync(path, 0);
    expect(read).toThrow(TornJournalError);
    expect(() => readJournalHeader(path)).toThrow(TornJournalError);
  });
  test('not one: whole', () => {
    expect(read().get('7')!.size).toBe(3);
  });
});

test("an incident's mark tells nothing of its key, and is always the same", () => {
  const mark = incidentMark(Buffer.alloc(32, 1));
  expect(mark).toBe(incidentMark(Buffer.alloc(32, 1)));
  expect(mark).not.toBe(incidentMark(Buffer.alloc(32, 2)));
  expect(mark).toMatch(/^[0-9a-f]{16}$/);
});

test('a disk that other machines write to, or that is none, is not a local one', () => {
  expect(isOnLocalDisk(folder)).toBe(true);
  if (process.platform === 'linux') expect(isOnLocalDisk('/proc')).toBe(false);
});
