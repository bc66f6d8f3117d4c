import { mkdtempSync, readdirSync, readlinkSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomFrom, wholeFrom } from '../../scripts/seed/random';
import { BUCKETS, type Buckets, buckets, byPlace, hashOf } from '../../src/evidence/buckets';

const folder = mkdtempSync(join(tmpdir(), 'buckets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const takeAll = (kept: Buckets) =>
  Array.from({ length: BUCKETS }, (_, bucket) => [...kept.take(bucket)]).flat();

test('where nothing can be put aside, TMPDIR is named', () => {
  const kept = buckets(10, join(folder, 'not there'));
  kept.add('a', 'a line of more than ten octets');
  expect(() => kept.add('b', 'another that needs more room than there is')).toThrow(
    /cannot be put aside in .*not there: ENOENT.* Set TMPDIR to a folder with room/,
  );
});

test('what is put aside comes back whole, by key, however little memory there is', () => {
  const random = randomFrom(5);
  const [small, large] = [buckets(200), buckets()];
  const told = new Map<string, string[]>();
  for (let i = 0; i < 3_000; i++) {
    const key = `key ${wholeFrom(0, 500, random)} ß`;
    const line = i % 7 === 0 ? '' : `${i}\t ünïcode 🙂`;
    told.set(key, [...(told.get(key) ?? []), line]);
    for (const kept of [small, large]) kept.add(key, line);
  }
  const taken = takeAll(small);
  expect(taken).toEqual(takeAll(large));
  const keys = taken.map(([key]) => key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const [key, lines] of taken) expect(lines).toEqual(told.get(key));
  expect(keys.length).toBe(told.size);
  expect(takeAll(small)).toEqual([]);
  for (const kept of [small, large]) kept.close();
});

test('a line that is longer than all the memory comes back whole, whatever octets its characters take', () => {
  for (const line of ['€', '€€€', '€'.repeat(200), 'x'.repeat(1_000), '']) {
    const kept = buckets(1, folder);
    for (const key of ['€', 'key', '€']) kept.add(key, line);
    expect(new Map(takeAll(kept))).toEqual(
      new Map([
        ['€', [line, line]],
        ['key', [line]],
      ]),
    );
    kept.close();
  }
});

test('the first and the last bucket come back from the disk as any other does', () => {
  const keyIn = (bucket: number) => {
    for (let i = 0; ; i++) if (hashOf(`key ${i}`) % BUCKETS === bucket) return `key ${i}`;
  };
  const keys = [0, 1, BUCKETS - 2, BUCKETS - 1].map(keyIn);
  const kept = buckets(1, folder);
  for (const key of [...keys, ...keys]) kept.add(key, `of ${key}`);
  for (const [i, bucket] of [0, 1, BUCKETS - 2, BUCKETS - 1].entries())
    expect([...kept.take(bucket)]).toEqual([[keys[i], [`of ${keys[i]}`, `of ${keys[i]}`]]]);
  kept.close();
});

/** Two by two of one hash of 32 bits, as FNV-1a has them. */
const OF_ONE_HASH = ['costarring', 'liquid', 'declinate', 'macallums', 'altarage', 'zinke'];

test('keys that share a hash are told apart, and come in one order whichever came first', () => {
  const hashes = OF_ONE_HASH.map(hashOf);
  expect(hashes.filter((hash, i) => hash !== hashes[i - (i % 2)])).toEqual([]);
  const takenOf = (order: string[]) => {
    const kept = buckets();
    for (const turn of ['first', 'second']) for (const key of order) kept.add(key, `${turn} of ${key}`);
    const taken = takeAll(kept);
    kept.close();
    return taken;
  };
  const taken = takenOf(OF_ONE_HASH);
  expect(takenOf([...OF_ONE_HASH].reverse())).toEqual(taken);
  expect(new Map(taken)).toEqual(
    new Map(OF_ONE_HASH.map((key) => [key, [`first of ${key}`, `second of ${key}`]])),
  );
  const places = (left: string, right: string) => [byPlace(left, right), byPlace(right, left)];
  expect([places('costarring', 'liquid'), byPlace('liquid', 'liquid')]).toEqual([[-1, 1], 0]);
});

test('of a bucket keys come in the order of byPlace, so that two can be read side by side', () => {
  const kept = buckets();
  for (let i = 0; i < 3_000; i++) kept.add(`key ${i}`, '');
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const keys = [...kept.take(bucket)].map(([key]) => key);
    expect(keys).toEqual([...keys].sort(byPlace));
  }
  kept.close();
});

/** What files of no name this process holds. */
const namelessFiles = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${folder}/`);
    } catch {
      return false;
    }
  });
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('the file in which it is put aside has no name, and is given back', () => {
  const kept = buckets(100, folder);
  for (let i = 0; i < 100; i++) kept.add(`key ${i}`, 'a line');
  expect([readdirSync(folder), namelessFiles().length]).toEqual([[], 1]);
  kept.close();
  kept.close();
  expect(namelessFiles()).toEqual([]);
});

onLinux('a file that has lost what was put aside is no evidence', () => {
  const kept = buckets(100, folder);
  for (let i = 0; i < 100; i++) kept.add(`key ${i}`, 'a line');
  const [fd] = namelessFiles();
  truncateSync(`/proc/self/fd/${fd}`, 10);
  expect(() => takeAll(kept)).toThrow(/shorter than what was written to it/);
  kept.close();
});
