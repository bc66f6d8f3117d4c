import fs, { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOnLocalDisk, journalsIn } from '../../src/journal/journal-files';
import type { JournalHeader } from '../../src/journal/journal-line';
import { openJournals } from '../../src/journal/journals';
import { type Journal, openJournal } from '../../src/journal/open-journal';
import { dotsOf } from '../../src/journal/read-journal';
import type { Outcome } from '../../src/smtp/outcome';

const header: JournalHeader = { mark: 'abc', worker: 'host:1:p1', boot: 'b', socket: '/nowhere' };
const accepted: Outcome = { kind: 'accepted', phase: 'after-dot', code: 250, queueId: 'Q1', text: '' };
const taken = { code: 250, queueId: 'Q1' };

let folder: string;
let journal: Journal;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'journal-')), 'made');
  journal = openJournal(folder, 'p1', header);
  const claimed = { claimedAt: '2026-11-25T02:00:00.000Z', wave: 'notice', lane: 'notify-1' } as const;
  journal.claimed({ ...claimed, claimId: '7', token: 't', after: null, at: '30', first: '10', last: '30' });
  journal.dot('7', '10', 's');
});
afterEach(() => {
  jest.restoreAllMocks();
  journal.close();
  rmSync(join(folder, '..'), { recursive: true });
});

const path = () => journalsIn(folder)[0]!.path;
const facts = () => Object.fromEntries(dotsOf(path(), ['7']).get('7')!);
const { writeSync } = fs;
/** The next write(2) finds room for so many bytes alone. */
const roomFor = (bytes: number) =>
  jest
    .spyOn(fs, 'writeSync')
    .mockImplementationOnce(((fd: number, data: Buffer) =>
      writeSync(fd, data.subarray(0, bytes))) as typeof writeSync);

test.each([1, 20, 60])(
  'a dot of which a full disk took %i bytes throws, and leaves the journal whole: what is written later counts (I2)',
  (bytes) => {
    const answered = () => journal.answered('7', '10', accepted);
    answered();
    roomFor(bytes);
    expect(() => journal.dot('7', '20', 's')).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    expect(facts()).toEqual({ 10: 'unanswered' });
    journal.dot('7', '30', 's');
    expect(facts()).toEqual({ 10: taken, 30: 'unanswered' });
  },
);

test('answers that could not be written come with the next dot', async () => {
  const full = jest.spyOn(fs, 'writeSync').mockImplementationOnce(() => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  journal.answered('7', '10', accepted);
  await Promise.resolve();
  expect(full).toHaveBeenCalledTimes(1);
  expect(facts()).toEqual({ 10: 'unanswered' });
  journal.dot('7', '20', 's');
  expect(facts()).toEqual({ 10: taken, 20: 'unanswered' });
});

test('whoever closes the journal has written the last answers', () => {
  const other = openJournal(folder, 'p2', header);
  other.answered('7', '10', accepted);
  other.close();
  const { path: written } = journalsIn(folder).find(({ id }) => id === 'p2')!;
  expect(readFileSync(written, 'utf8')).toContain('["A","7","10",250,"Q1"]');
});

test("nobody writes into another process's journal, and nobody else reads the folder", () => {
  expect(() => openJournal(folder, 'p1', header)).toThrow(/EEXIST/);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

// No test can mount these: the kernel's answer for the folder is theirs (statfs(2)).
test.each([
  ['ext4', 0xef53, true],
  ['XFS', 0x58465342, true],
  ['tmpfs', 0x01021994, true],
  ['NFS', 0x6969, false],
  ['SMB', 0xff534d42, false],
  ['SMB 2', 0xfe534d42, false],
  ['FUSE', 0x65735546, false],
  ['9p', 0x01021997, false],
  ['CephFS', 0x00c36400, false],
])('a journal on %s (%i): begun and believed: %s (I2)', async (_, type, local) => {
  jest.spyOn(fs, 'statfsSync').mockReturnValue({ type } as fs.StatsFs);
  expect(isOnLocalDisk(folder)).toBe(local);
  const opened = openJournals({ folder, id: 'p3', socket: join(folder, 'p3.sock'), worker: 'w' });
  if (local) (await opened).close();
  else await expect(opened).rejects.toThrow('is not on a local disk');
});

test('of a journal whose folder was deleted a process is told once; then it makes a new one, or goes on with the old one where that is back (I7)', async () => {
  const own = join(folder, 'own');
  const journals = await openJournals({
    folder: own,
    id: 'p4',
    socket: join(folder, 'p4.sock'),
    worker: 'w',
  });
  const first = journals.of('m');
  rmSync(own, { recursive: true });
  expect(() => journals.of('m')).toThrow(expect.objectContaining({ code: 'JOURNAL_DELETED' }));
  const second = journals.of('m');
  expect(second).not.toBe(first);
  expect(journalsIn(own)).toHaveLength(1);
  renameSync(own, `${own}-moved`);
  const claimed = { claimedAt: '2026-11-25T02:00:00.000Z', wave: 'notice', lane: 'l', token: 't' } as const;
  const claim = { ...claimed, claimId: '1', after: null, at: '1', first: '1', last: '1' };
  expect(() => second.claimed(claim)).toThrow(expect.objectContaining({ code: 'JOURNAL_DELETED' }));
  renameSync(`${own}-moved`, own);
  expect(journals.of('m')).toBe(second);
  rmSync(own, { recursive: true });
  expect(() => second.claimed(claim)).toThrow(expect.objectContaining({ code: 'JOURNAL_DELETED' }));
  const third = journals.of('m'); // a claim has told of it
  third.claimed(claim);
  journals.close();
});
