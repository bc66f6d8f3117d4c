import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  EvidenceError,
  eachLine,
  LONGEST_LINE,
  linesInPieces,
  openLogFile,
} from '../../src/evidence/log-file';
import { until } from '../until';

const folder = mkdtempSync(join(tmpdir(), 'log-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function file(content: string | Buffer): string {
  const name = join(folder, `${count++}.log`);
  writeFileSync(name, content);
  return name;
}
async function read(content: string | Buffer) {
  const lines: string[] = [];
  const facts = await eachLine(await openLogFile(file(content)), (line) => lines.push(line));
  return { lines, facts };
}
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
/** More than comes in one chunk. */
const LONG = 'x'.repeat(700_000);
/** The chunk in which it begins ends before it does. */
const SHORTER = 'y'.repeat(200_000);

test.each([
  ['LF', 'a\nb\n', ['a', 'b']],
  ['the last line without its end', 'a\nb', ['a', 'b']],
  ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
  ['CR alone', 'a\rb\r', ['a', 'b']],
  ['a CR within a line, far behind the first LF', `a\n${LONG}\r${SHORTER}\n`, ['a', `${LONG}\r${SHORTER}`]],
  [
    'a character that two chunks share',
    `${LONG.slice(0, (1 << 18) - 1)}éz\n`,
    [`${LONG.slice(0, (1 << 18) - 1)}éz`],
  ],
  ['octets of a .gz that is none: the first', '\x1fabc\n', ['\x1fabc']],
  ['octets of a .gz that is none: the second', Buffer.from([0x41, 0x8b, 0x0a]), ['A\ufffd']],
  ['a .gz', gzipSync('a\nb\n'), ['a', 'b']],
  ['nothing', '', []],
])('the lines of a file, and what file it was: %s', async (_, content, expected) => {
  const { lines, facts } = await read(content);
  expect(lines).toEqual(expected);
  expect(facts).toEqual({ sha256: sha256(content), cut: false });
});

test('a .gz whose end is missing is cut; what came before is good', async () => {
  const packed = gzipSync(`a\n${LONG}\n`);
  const { lines, facts } = await read(packed.subarray(0, -20));
  expect([lines[0], facts.cut]).toEqual(['a', true]);
});

test('a log that grows is read as it was when it was opened: every reading sees the same', async () => {
  const name = file('a\nb\n');
  const opened = await openLogFile(name);
  appendFileSync(name, 'c\n');
  const lines: string[] = [];
  expect(await eachLine(opened, (line) => lines.push(line))).toEqual({
    sha256: sha256('a\nb\n'),
    cut: false,
  });
  expect(lines).toEqual(['a', 'b']);
});

test('a line without end is cut, and what follows it is read: the memory is that of a chunk (C94)', async () => {
  const { lines } = await read(`${LONG.repeat(5)}\nend\n`);
  expect(lines[0]!.length).toBeLessThan(1.5 * LONGEST_LINE);
  expect(lines.slice(1)).toEqual(['end']);
});

test('a chunk in which no line ends gives no lines', async () => {
  const pieces: string[][] = [];
  for await (const piece of linesInPieces(await openLogFile(file(`${LONG}\nb\n`)))) pieces.push(piece);
  expect(pieces).toEqual([[LONG, 'b']]);
});

test.each([
  ['as it is', 'a\n'],
  ['packed', gzipSync('a\n')],
])('a file that is gone when it is read is said to be: %s', async (_, content) => {
  const name = file(content);
  const opened = await openLogFile(name);
  rmSync(name);
  const reading = eachLine(opened, () => {});
  await expect(reading).rejects.toThrow(EvidenceError);
  await expect(reading).rejects.toThrow(/cannot be read: ENOENT/);
});

/** As logrotate's compresscmd packs them. */
const PACKERS = ['xz', 'zstd', 'bzip2'].filter(
  (packer) => spawnSync(packer, ['--version']).error === undefined,
);
const pack = (packer: string, content: string) =>
  spawnSync(packer, ['-1cq'], { input: content, maxBuffer: 1 << 24 }).stdout;

test.each(PACKERS)(
  'a log that %s packed is read; without its end it is cut, and what came before is good',
  async (packer) => {
    // Random, so that it is many blocks also when packed.
    const lines = Array.from({ length: 5_000 }, (_, i) => `${i} ${sha256(String(i))}`);
    const packed = pack(packer, `${lines.join('\n')}\n`);
    const whole = await read(packed);
    expect(whole.facts).toEqual({ sha256: sha256(packed), cut: false });
    expect(whole.lines).toEqual(lines);
    const part = await read(packed.subarray(0, packed.length - 1_000));
    expect(part.facts.cut).toBe(true);
    expect(lines.slice(0, part.lines.length - 1)).toEqual(part.lines.slice(0, -1));
  },
);

const MAGIC: Record<string, number[]> = {
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
  zstd: [0x28, 0xb5, 0x2f, 0xfd, 0, 0],
  bzip2: [0x42, 0x5a, 0x68, 0x39, 0, 0],
};
const packedBy = (packer: string) => Buffer.from(MAGIC[packer]!);

/** With programs from this folder alone. */
async function withPath<T>(programs: string, work: () => Promise<T>): Promise<T> {
  const { PATH } = process.env;
  process.env.PATH = programs;
  try {
    return await work();
  } finally {
    process.env.PATH = PATH;
  }
}

test.each(Object.keys(MAGIC))(
  'without %s here a file that it packed is refused with what to install',
  async (packer) => {
    await expect(withPath(folder, () => read(packedBy(packer)))).rejects.toThrow(
      new RegExp(`it is packed by ${packer}, which is not here: install it, or unpack the file first`),
    );
  },
);

/** A folder with an xz of our own, in JavaScript. */
function ownXz(code: string): string {
  const programs = mkdtempSync(join(folder, 'programs-'));
  writeFileSync(join(programs, 'xz'), `#!${process.execPath}\n${code}\n`, { mode: 0o755 });
  return programs;
}

test('the program that unpacks a log is told where programs are, and nothing else: no password of ours', async () => {
  const programs = ownXz('process.stdin.resume(); console.log(Object.keys(process.env).join());');
  expect((await withPath(programs, () => read(packedBy('xz')))).lines).toEqual(['PATH']);
});

test('a program that has said all and is slow to end has not failed', async () => {
  const programs = ownXz(
    "process.stdin.resume(); console.log('a'); require('node:fs').closeSync(1); setTimeout(() => {}, 300);",
  );
  const { lines, facts } = await withPath(programs, () => read(packedBy('xz')));
  expect([lines, facts.cut]).toEqual([['a'], false]);
});

test('whoever wants no more of a packed log leaves no program behind', async () => {
  const programs = ownXz('console.log(process.pid); setInterval(() => {}, 60_000);');
  let pid = 0;
  await withPath(programs, async () => {
    for await (const [line] of linesInPieces(await openLogFile(file(packedBy('xz'))))) {
      pid = Number(line);
      break;
    }
  });
  expect(pid).toBeGreaterThan(0);
  await until('the program to end', () => !isRunning(pid));
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function pipe(): string {
  const name = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [name]).status).toBe(0);
  return name;
}

test.each<[string, () => string, RegExp]>([
  ['that is not there', () => join(folder, 'no.log'), /no\.log cannot be read: there is no such file$/],
  ['that is a folder', () => folder, /it is a folder: name the files in it/],
  // By its size it would pass for an empty log (I7).
  ['that is a device', () => '/dev/null', /it is a pipe or a device: write what it holds to a file first/],
  ['that is a pipe', pipe, /it is a pipe or a device: write what it holds to a file first/],
  ['of zip', () => file(Buffer.from('PK\u0003\u0004ab')), /it is a zip: unpack it first/],
])('a file %s is refused with what to do', async (_, name, expected) => {
  await expect(openLogFile(name())).rejects.toThrow(expected);
});
