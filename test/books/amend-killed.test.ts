import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { closeForAmendment } from '../../src/books/amend-file';
import { readGate } from '../../src/books/gate';
import { auditEntries } from '../audit-entries';
import { fatalWire } from './fatal-wire';
import { amendAs, faultsOf, proposeTo } from './own-amendment';
import { type OwnLedger, ownLedger } from './own-ledger';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('amendkilled', 1);
});
afterEach(() => ledger.drop());

/** In a process that is killed when the server has done the statement of that number. @returns whether it came so far. */
async function killedAfter(number: number, what: 'close' | 'amend', args: number[]): Promise<boolean> {
  const wire = await fatalWire(ledger.url, {
    counts: /BEGIN|FOR UPDATE|UPDATE (incidents|file_versions)\s+SET|INSERT INTO audit|COMMIT/,
    number,
    kill: () => void child.kill('SIGKILL'),
  });
  const script = join(__dirname, 'amend-process.ts');
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('tsx/cjs'),
      script,
      wire.url,
      String(ledger.incident),
      what,
      ...args.map(String),
    ],
    { stdio: 'inherit' },
  );
  const [, signal] = await once(child, 'exit');
  await wire.close();
  return signal === 'SIGKILL';
}

test.each(['close', 'amend'] as const)(
  'killed after any statement of %s, the next attempt finds what was done, once and on the record (C103, I6)',
  async (what) => {
    const { books, database } = ledger;
    const actions = async (action: string) => (await auditEntries(database.db, { action })).length;
    let statements = 0;
    for (let killed = true, number = 1; killed; number++) {
      const amending = await proposeTo(ledger, (file) => (file.pace.perSecond = 1_000 + number));
      const { fence } = await readGate(books);
      if (what === 'amend') await closeForAmendment(books, amending);
      killed = await killedAfter(number, what, [amending.proposal, amending.base]);
      const left = await readGate(books);
      // Either nothing of it is done, or all of it: a closed gate has the older file, a new file has an open gate.
      const isAmended = left.version === amending.base + 1;
      if (isAmended || (what === 'close' && left.fence === fence))
        expect([number, left.gate]).toEqual([number, 'open']);
      else expect([number, left.gate, left.version]).toEqual([number, 'closed', amending.base]);
      expect(await faultsOf(ledger)).toEqual([]);
      expect(await amendAs(ledger, amending)).toBeNull();
      expect(await readGate(books)).toMatchObject({
        gate: 'open',
        fence: fence + 1,
        version: amending.base + 1,
      });
      expect(await actions('amended')).toBe(number);
      expect(await faultsOf(ledger)).toEqual([]);
      statements = number;
    }
    expect(statements).toBeGreaterThan(what === 'close' ? 4 : 6);
  },
);
