import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type RawBuilder, sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { macOf } from '../../src/activities/search-relay-log';
import { closeGate } from '../../src/books/gate';
import { bareBooks } from '../../src/books/incident-row';
import { type Database, openDatabase } from '../../src/books/open-database';
import { REBUILT } from '../../src/books/rebuild-claim';
import { approve } from '../../src/operator/approve';
import { exportForLawEnforcement, exportForRegulator } from '../../src/operator/export';
import { exitCodeOfExport } from '../../src/operator/export/common-files';
import { beginFolder } from '../../src/operator/export/export-folder';
import { approvedTexts } from '../../src/operator/export/notice-texts';
import { placeProblems } from '../../src/operator/export/place-table';
import { takePlaces } from '../../src/operator/export/regulator';
import { take } from '../../src/operator/export/take';
import type { Held } from '../../src/operator/held-heads';
import { report } from '../../src/operator/report';
import { verify } from '../../src/operator/verify';
import { type RealRun, realRun } from '../real-run';
import { type Typed, typed } from './own-operator';

let folder: string;
let relay: RelayProcess;
let run: RealRun;
let reading: Database;
let log: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'breach-response-export-'));
  relay = await startRelayProcess(folder);
  run = await realRun('export', {
    customers: 400,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    change: (file) => ({
      ...file,
      pace: { perSecond: 100_000 },
      canary: { ...file.canary, customers: 10, afterwards: 'continue' },
    }),
  });
  const { contentHash } = await run.until('approval', ({ waitingFor }) => waitingFor?.kind === 'approval');
  await approve(run.client, { incidentId: run.incidentId, by: 'Jane', contentHash: contentHash! });
  await run.until('closed', ({ phase }) => phase === 'closed');
  // The relay's own grows: its sessions end later.
  log = join(folder, 'mail.log');
  copyFileSync(relay.log, log);
  reading = openDatabase(run.databaseUrl, { connections: 1 });
});
afterAll(async () => {
  await reading.close();
  await run.end();
  await relay.stop();
  rmSync(folder, { recursive: true, force: true });
});

let exports = 0;

/** What lies in a folder, by the names that SHA256SUMS has. */
function filesIn(path: string): Record<string, string> {
  const names = existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [];
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(path, name)).isFile())
      .map((name): [string, string] => [name, readFileSync(join(path, name), 'utf8')]),
  );
}

/** No heads of the audit log from outside the database. */
const NOT_ASKED: Held = { temporal: 'Temporal is not asked here', anchors: [] };

/** As the verb makes it. */
async function exported(whom: 'law-enforcement' | 'regulator', relayLogs: string[] = [log]) {
  const made = await beginFolder(join(folder, `export-${exports++}`));
  const source = { database: run.database, reading, row: await run.row(), relayLogs, held: NOT_ASKED };
  const taken =
    whom === 'regulator'
      ? await exportForRegulator(made, source)
      : await exportForLawEnforcement(made, source, null);
  const { folder: path, sums } = await made.finish();
  return { code: exitCodeOfExport(taken), taken, sums, files: filesIn(path) };
}

async function cli(
  whom: string,
  args: string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Typed & { path: string; files: Record<string, string> }> {
  const path = join(folder, `export-${exports++}`);
  const env = { ...process.env, DATABASE_URL: run.databaseUrl, BREACH_RESPONSE_LOCAL: folder, ...more };
  const said = await typed('cli', ['export', '--for', whom, '--out', path, ...args], env);
  return { ...said, path, files: filesIn(path) };
}

const execute = (statement: RawBuilder<unknown>) => statement.execute(run.database.db);
const customers = () => sql`${sql.id(run.database.companySchema, 'customers')}`;

/** What the company's table and the books are changed to for a while. */
async function meanwhile(change: RawBuilder<unknown>, back: RawBuilder<unknown>, work: () => Promise<void>) {
  await execute(change);
  try {
    await work();
  } finally {
    await execute(back);
  }
}

interface Told {
  id: string;
  address: string;
  queueId: string;
  country: string;
}

async function told(): Promise<Told[]> {
  const { rows } = await sql<Told>`
    SELECT CAST(n.customer_id AS CHAR) AS id, n.address, n.queue_id AS queueId, c.country FROM notices n
    JOIN ${customers()} c ON c.id = n.customer_id WHERE n.state = 'sent' ORDER BY n.customer_id DESC`.execute(
    run.database.db,
  );
  return rows;
}

type PlaceLine = Record<string, string>;
function linesOf(csv: string): PlaceLine[] {
  expect(csv.startsWith('\ufeff')).toBe(true);
  expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  return parse(csv, { bom: true, columns: true }) as PlaceLine[];
}
const sumOf = (lines: PlaceLine[], column: string) =>
  lines.reduce((sum, line) => sum + Number(line[column]), 0);

describe('for law enforcement', () => {
  test('what was counted, decided, checked and logged stands there, and sums that sha256sum accepts', async () => {
    const { code, sums: ofSums, files } = await exported('law-enforcement');
    expect(code).toBe(0);
    expect(Object.keys(files).sort()).toEqual([
      ...['README.txt', 'SHA256SUMS', 'audit.json', 'audit.txt', 'incident.txt', 'proof.json', 'proof.txt'],
      'verification.txt',
    ]);
    const sums = createHash('sha256').update(files.SHA256SUMS!).digest('hex');
    expect(ofSums.sha256).toBe(sums);
    for (const line of files.SHA256SUMS!.trimEnd().split('\n')) {
      const [sha256, name] = line.split('  ') as [string, string];
      expect([name, createHash('sha256').update(files[name]!).digest('hex')]).toEqual([name, sha256]);
    }
    const { proof } = await report(run.database, { incidentId: run.incidentId, relayLogs: [log] });
    expect(JSON.parse(files['proof.json']!).proof).toEqual(proof);
    expect(files['proof.txt']).toContain(`    ${proof.relay!.files[0]!.sha256}\n`);
    expect(files['proof.txt']).toContain('Everything adds up: by these logs nobody was told twice');
    expect(files['verification.txt']).toContain('Everything that can be judged now holds.');
    expect(files['incident.txt']).toContain('Someone broke into part of our computer network');
    for (const name of ['README.txt', 'incident.txt', 'proof.txt', 'audit.txt', 'verification.txt'])
      expect(files[name]).toMatch(/^FINISHED: the response to "Customer database read, January 2012"/);
  });

  test('each hash of the record can be made again by what the README says, up to the head', async () => {
    const { files } = await exported('law-enforcement');
    const { head, entries, incident, broken } = JSON.parse(files['audit.json']!);
    let before = '0'.repeat(64);
    for (const { entry, at, who, action, detail, prevHash, hash } of entries) {
      const fields = [incident, entry, at, who, action, detail].map((field) => Buffer.from(String(field)));
      const hashed = fields.map((octets) => Buffer.concat([Buffer.from(`${octets.length}:`), octets]));
      const own = Buffer.concat([Buffer.from(prevHash, 'hex'), ...hashed]);
      expect([entry, prevHash, createHash('sha256').update(own).digest('hex')]).toEqual([
        entry,
        before,
        hash,
      ]);
      before = hash;
    }
    expect([broken, head]).toEqual([null, { entry: entries.length, hash: before }]);
    expect(files['audit.txt']!.trimEnd().split('\n').at(-1)).toBe(
      `THE CHAIN IS WHOLE. It ends with entry ${entries.length}, hash ${before}`,
    );
    expect(files['audit.txt']).toMatch(/UTC {2}Jane.* approved the texts [0-9a-f]{12}\n/);
  });

  test('an entry that was changed is named, and the export fails by its exit code (I6)', async () => {
    await meanwhile(
      sql`UPDATE audit SET who = 'Eve' WHERE seq = 3`,
      sql`UPDATE audit SET who = 'the workflow' WHERE seq = 3`,
      async () => {
        const { code, files } = await exported('law-enforcement');
        expect(code).toBe(1);
        expect(files['README.txt']).toMatch(
          /^FINISHED: .*\nA CHECK FAILS: see FAIL in verification\.txt\.\n/,
        );
        expect(files['audit.txt']).toContain(
          'THE CHAIN IS BROKEN: entry 3 was changed after it was written.',
        );
      },
    );
  });

  test('no customer is named, also where the log and the checks are about some', async () => {
    const row = await run.row();
    const everybody = await told();
    const [ann, bob] = everybody as [Told, Told];
    const lines = readFileSync(log, 'utf8').split('\n');
    const twice = join(folder, 'twice.log');
    const again = lines.filter((line) => line.includes(`]: ${ann.queueId}:`));
    writeFileSync(
      twice,
      [...lines, ...again.map((line) => line.replace(ann.queueId, 'ZZZZZZZZZZ'))].join('\n'),
    );
    const kept = await sql<{ hash: string | null; at: string | null }>`
      SELECT password_hash AS hash, password_set_at AS at FROM ${customers()} WHERE id = ${bob.id}`.execute(
      run.database.db,
    );
    const { hash, at } = kept.rows[0]!;
    // By hand, past the record: the checks find it.
    const reason = `${bob.address} asked why`;
    await execute(sql`UPDATE incidents SET gate_reason = ${reason}`);
    await meanwhile(
      sql`UPDATE ${customers()} SET password_hash = 'old', password_set_at = '2011-01-01' WHERE id = ${bob.id}`,
      sql`UPDATE ${customers()} SET password_hash = ${hash}, password_set_at = ${at} WHERE id = ${bob.id}`,
      async () => {
        const named = await report(run.database, { incidentId: run.incidentId, relayLogs: [twice] });
        const checked = await verify(run.database, row, []);
        expect([named.problems, checked.checks].map((words) => JSON.stringify(words))).toEqual([
          expect.stringContaining(ann.id),
          expect.stringContaining(bob.id),
        ]);
        for (const whom of ['law-enforcement', 'regulator'] as const) {
          const { code, files } = await exported(whom, [twice]);
          expect([code, files['README.txt']]).toEqual([1, expect.stringContaining('IT DOES NOT ADD UP')]);
          const all = Object.values(files).join('\n');
          expect(all).toContain(
            'why the gate is as it is: what it says may name a customer, and is left out',
          );
          expect(all).toContain('1 customer: the notice was taken twice or more, which nobody decided');
          const secrets = everybody.flatMap(({ id, address, queueId }) => [
            ...[address, queueId, macOf(row, 'notice', id), ...(id.length > 9 ? [id] : [])],
          ]);
          expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
        }
      },
    );
    await execute(sql`UPDATE incidents SET gate_reason = ${row.gate_reason}`);
  });

  test('words of the record that may name a customer are left out, and the chain goes on through them', async () => {
    await closeGate(bareBooks(run.database, await run.row()), 'ann@x.test asked: why me?', 'Joe');
    const { files } = await exported('law-enforcement');
    expect(files['audit.txt']).toMatch(
      /Joe \(gate-closed: what this entry says may name a customer, and is left out\)/,
    );
    expect(files['README.txt']!.replaceAll('\n', ' ')).toContain('1 entry of it has its words left out');
    expect(Object.values(files).join('')).not.toContain('ann@x.test');
    const { entries, head } = JSON.parse(files['audit.json']!);
    expect(entries.at(-1)).toMatchObject({ who: 'Joe', detail: null, hash: head.hash });
  });

  test('customers, because somebody says so: on the record first, then each with what was booked', async () => {
    await closeGate(bareBooks(run.database, await run.row()), 'bob@x.test asked: why me?', 'Joe');
    const by = ['--customers', '--by', 'Jane Doe', '--reason', 'order 7 Gs 12/26', '--relay-log', log];
    const { code, out, files } = await cli('law-enforcement', by);
    expect(code).toBe(0);
    expect(out).toContain('customers.csv holds PERSONAL DATA of every customer');
    const { entries } = JSON.parse(files['audit.json']!);
    const entry = entries.at(-1);
    expect(entry).toMatchObject({ who: expect.stringMatching(/^Jane Doe \(login /), action: 'export' });
    expect(JSON.parse(entry.detail)).toMatchObject({ for: 'law-enforcement', reason: 'order 7 Gs 12/26' });
    expect(files['README.txt']!.replaceAll('\n', ' ')).toContain(`is entry ${entry.entry} of audit.txt`);
    expect(files['audit.txt']).toContain(
      'closed the gate, which was closed already: bob@x.test asked: why me?',
    );
    const rows = linesOf(files['customers.csv']!);
    const { proof } = await report(run.database, { incidentId: run.incidentId, relayLogs: [] });
    expect(rows).toHaveLength(proof.cohort);
    const row = await run.row();
    const domain = run.file.from.address.split('@')[1]!;
    for (const { id, address, queueId } of await told())
      expect(rows.find(({ customer_id: key }) => key === id)).toMatchObject({
        ...{ address, state: 'sent', relay_queue_id: queueId, relay_code: '250' },
        message_id: `${macOf(row, 'notice', id)}@${domain}`,
      });
    const without = rows.filter(({ password }) => password !== 'expired');
    expect(without.length).toBe(proof.cohort - proof.expired);
    for (const { password, expired_at_utc: at } of rows)
      expect([password, at]).toEqual([
        password,
        password === 'expired' ? expect.stringMatching(/^\d{4}-/) : '',
      ]);
    const readme = files['README.txt']!;
    for (const column of Object.keys(rows[0]!)) expect(readme).toMatch(new RegExp(`\\n${column} {3}`));
  });

  test('where it cannot be recorded, nothing is written (I6)', async () => {
    await meanwhile(
      sql`CREATE TRIGGER no_record BEFORE INSERT ON audit FOR EACH ROW SIGNAL SQLSTATE '45000'`,
      sql`DROP TRIGGER no_record`,
      async () => {
        const { code, path } = await cli('law-enforcement', ['--customers', '--by', 'Jane']);
        expect(code).toBe(1);
        expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([false, false]);
      },
    );
  });
});

describe('for a regulator', () => {
  test('the table adds up to what the report says, state by state, and its texts are those that were approved', async () => {
    const { code, files } = await exported('regulator');
    expect(code).toBe(0);
    const lines = linesOf(files['customers-by-place.csv']!);
    const { proof } = await report(run.database, { incidentId: run.incidentId, relayLogs: [] });
    const of = (column: string, value: string) => lines.filter((line) => line[column] === value);
    expect({
      cohort: sumOf(lines, 'customers'),
      expired: sumOf(lines, 'passwords_expired'),
      none: sumOf(of('password', 'the account had none'), 'customers'),
      sent: sumOf(lines, 'told'),
      told: sumOf(of('outcome', 'told'), 'customers'),
      unreached: sumOf(of('outcome', 'not told'), 'customers'),
    }).toEqual({
      ...{ cohort: proof.cohort, expired: proof.expired, none: proof.noPassword, sent: proof.sent },
      ...{ told: proof.sent, unreached: proof.skipped + proof.failed },
    });
    expect(of('outcome', 'not told').every(({ why, text_sha256: hash }) => why !== '' && hash === '')).toBe(
      true,
    );
    expect(new Set(of('outcome', 'told').map((line) => line.law_of_text_and_today))).toEqual(
      new Set(['the same']),
    );
    const germans = of('country_today', 'DE').filter(({ outcome }) => outcome === 'told');
    expect(germans.length).toBeGreaterThan(0);
    for (const line of germans) {
      expect(line).toMatchObject({ law_of_text: 'GDPR article 34', rule_today: 'jurisdictions.gdpr: DE' });
      expect(files[line.text_file!]).toContain(`SHA-256: ${line.text_sha256}\n`);
      expect(line.told_first_utc! <= line.told_last_utc!).toBe(true);
    }
    const named = new Set(lines.map((line) => line.text_file).filter((name) => name !== ''));
    expect(
      Object.keys(files)
        .filter((name) => name.startsWith('notices/') && name.endsWith('.txt'))
        .sort(),
    ).toEqual([...named].sort());
    for (const name of named)
      expect(files[name!.replace(/txt$/, 'eml')]).toMatch(/\r\nContent-Type: multipart\/alternative/);
    const totals = linesOf(files['totals-by-place.csv']!);
    expect({
      cohort: sumOf(totals, 'customers'),
      expired: sumOf(totals, 'passwords_expired'),
      sent: sumOf(totals, 'told'),
      unreached: sumOf(totals, 'not_told'),
      places: new Set(totals.map((line) => `${line.country_today}/${line.region_today}`)).size,
    }).toEqual({
      ...{ cohort: proof.cohort, expired: proof.expired, sent: proof.sent, places: totals.length },
      unreached: proof.skipped + proof.failed,
    });
    const times = germans.flatMap((line) => [line.told_first_utc!, line.told_last_utc!]).sort();
    const ofGermans = totals.filter((line) => line.country_today === 'DE');
    expect(ofGermans).toMatchObject([
      {
        ...{ told: String(sumOf(germans, 'told')) },
        ...{ told_first_utc: times[0], told_last_utc: times.at(-1) },
      },
    ]);
    for (const column of Object.keys({ ...totals[0], ...lines[0] }))
      expect(files['README.txt']).toMatch(new RegExp(`(\\n|; )${column}( {3}|:)`));
    expect(files['README.txt']).toContain('BY LAW, as the texts that were sent show it');
    const ofTold = totals.flatMap((line) => [line.told_first_utc!, line.told_last_utc!]).filter(Boolean);
    const [first, last] = [ofTold.sort()[0], ofTold.at(-1)];
    expect(files['incident.txt']).toContain(
      `by e-mail, the first on ${first} UTC, the last on ${last} UTC\n`,
    );
  });

  test('who has moved or left since: the text stays what was sent, and the place of today is called that (I7)', async () => {
    const [mover, leaver] = (await told()).filter(({ country }) => country === 'DE') as [Told, Told];
    await execute(sql`CREATE TABLE left_account AS SELECT * FROM ${customers()} WHERE id = ${leaver.id}`);
    await execute(sql`DELETE FROM ${customers()} WHERE id = ${leaver.id}`);
    await meanwhile(
      sql`UPDATE ${customers()} SET country = '=cmd|x', region = NULL WHERE id = ${mover.id}`,
      sql`UPDATE ${customers()} SET country = 'DE' WHERE id = ${mover.id}`,
      async () => {
        const { code, files } = await exported('regulator');
        expect(code).toBe(0);
        const lines = linesOf(files['customers-by-place.csv']!);
        const moved = lines.filter((line) => line.country_today!.includes('CMD'));
        expect(moved).toEqual([
          expect.objectContaining({
            ...{ customers: '1', country_today: "'=CMD|X", law_of_text: 'GDPR article 34' },
            ...{ law_today: 'no law in particular', rule_today: 'no place in the table of laws' },
            law_of_text_and_today: 'DIFFERENT: the place was another one when the text was written',
          }),
        ]);
        const gone = lines.filter((line) => line.rule_today!.startsWith('the account was deleted'));
        expect(gone).toEqual([
          expect.objectContaining({
            ...{ customers: '1', country_today: '', law_today: '', law_of_text: 'GDPR article 34' },
            law_of_text_and_today: 'cannot be compared: no place today',
          }),
        ]);
      },
    );
    await execute(sql`INSERT INTO ${customers()} SELECT * FROM left_account`);
    await execute(sql`DROP TABLE left_account`);
  });

  test('what was rebuilt has no time of its own, and gives none to the whole (I7)', async () => {
    const [ann] = (await told()) as [Told];
    const kept = await sql<{ at: string }>`
      SELECT settled_at AS at FROM notices WHERE customer_id = ${ann.id}`.execute(run.database.db);
    await meanwhile(
      sql`UPDATE notices SET reason = ${REBUILT}, settled_at = '2031-01-01' WHERE customer_id = ${ann.id}`,
      sql`UPDATE notices SET reason = NULL, settled_at = ${kept.rows[0]!.at} WHERE customer_id = ${ann.id}`,
      async () => {
        const { files } = await exported('regulator');
        expect(files['incident.txt']).toMatch(/Customers told +by e-mail, the first on 2/);
        expect(files['incident.txt']).not.toContain('2031');
      },
    );
  });

  test('a text that nobody approved is a fault (I6)', async () => {
    const [ann] = (await told()) as [Told];
    const { rows } = await sql<{ hash: Buffer }>`
      SELECT content_hash AS hash FROM notices WHERE customer_id = ${ann.id}`.execute(run.database.db);
    await meanwhile(
      sql`UPDATE notices SET content_hash = 'EVILTEXT' WHERE customer_id = ${ann.id}`,
      sql`UPDATE notices SET content_hash = ${rows[0]!.hash} WHERE customer_id = ${ann.id}`,
      async () => {
        const { code, taken, files } = await exported('regulator');
        expect(code).toBe(1);
        expect(taken.report.problems).toContain(
          '1 customer got, or may have got, a text that is none of those approved',
        );
        expect(files['customers-by-place.csv']).toContain('NOT AN APPROVED TEXT');
      },
    );
  });

  test('everything is of one moment, whatever is written while it is read', async () => {
    const row = await run.row();
    const texts = await approvedTexts(bareBooks(reading, row), row);
    const [ann] = (await told()) as [Told];
    const { taken, more: places } = await take(reading, run.incidentId, {
      logs: [],
      held: NOT_ASKED,
      named: false,
      beside: async (books, moment) => {
        await execute(sql`UPDATE notices SET state = 'left', reason = 'x' WHERE customer_id = ${ann.id}`);
        await execute(sql`UPDATE ${customers()} SET country = 'XX' WHERE id = ${ann.id}`);
        return takePlaces(books, moment);
      },
    });
    await execute(sql`UPDATE notices SET state = 'sent', reason = NULL WHERE customer_id = ${ann.id}`);
    await execute(sql`UPDATE ${customers()} SET country = ${ann.country} WHERE id = ${ann.id}`);
    expect(placeProblems(taken, places, texts)).toEqual([]);
    expect(places.filter(({ placeToday }) => placeToday?.country === 'XX')).toEqual([]);
  });

  test('a table that does not add up with the books is never handed on as if it did', async () => {
    const row = await run.row();
    const texts = await approvedTexts(bareBooks(reading, row), row);
    const { taken, more: places } = await take(reading, run.incidentId, {
      logs: [],
      held: NOT_ASKED,
      named: false,
      beside: takePlaces,
    });
    const twice = [...places, ...places.slice(0, 1)];
    expect(placeProblems(taken, twice, texts).join()).toMatch(
      /customers-by-place\.csv adds up to [\d,]+ customers, the books to [\d,]+: does the customers' table have a key twice\?/,
    );
  });
});

test('a run that goes on says so in every first line and by exit 3, and what was not looked at is said (I7)', async () => {
  const [ann] = (await told()) as [Told];
  await execute(sql`CREATE TABLE kept AS SELECT * FROM notices WHERE customer_id = ${ann.id}`);
  await execute(sql`DELETE FROM notices WHERE customer_id = ${ann.id}`);
  // As if it had not closed yet, in the row and on record.
  const closed = sql`(SELECT * FROM (SELECT MIN(seq) FROM audit WHERE action = 'close') AS closed)`;
  await execute(sql`CREATE TABLE kept_audit AS SELECT * FROM audit WHERE seq >= ${closed}`);
  await execute(sql`CREATE TABLE kept_row AS SELECT * FROM incidents`);
  await execute(sql`DELETE FROM audit WHERE incident <> 0 AND seq >= ${closed}`);
  await meanwhile(
    sql`
      UPDATE incidents SET closed_at = NULL, phase = 'close', gate = 'open', gate_reason = '',
        fence = (SELECT COUNT(*) FROM audit WHERE action = 'gate-closed'),
        gate_by = (SELECT who FROM audit WHERE action IN ('start','gate-opened') ORDER BY seq DESC LIMIT 1),
        gate_since = (SELECT at FROM audit WHERE action IN ('start','gate-opened') ORDER BY seq DESC LIMIT 1)`,
    sql`
      UPDATE incidents i JOIN kept_row k ON k.incident = i.incident SET i.closed_at = k.closed_at, i.phase = k.phase,
        i.gate = k.gate, i.gate_reason = k.gate_reason, i.gate_by = k.gate_by, i.gate_since = k.gate_since,
        i.fence = k.fence`,
    async () => {
      for (const whom of ['law-enforcement', 'regulator'] as const) {
        // Temporal remembers that the record went further.
        const { code, out, path, files } = await cli(whom, [], { TEMPORAL_ADDRESS: '127.0.0.1:9' });
        expect([whom, code]).toEqual([whom, 3]);
        expect(out).toContain(`WRITTEN: ${path}, as of `);
        const texts = Object.entries(files).filter(([name]) => /^[^/]+\.txt$/.test(name));
        expect(texts.length).toBeGreaterThan(3);
        for (const text of [out, ...texts.map(([, words]) => words)])
          expect(text).toMatch(
            /^NOT FINISHED: .* goes on, and 1 customer has no final answer yet\. .*\nWITHOUT THE MAIL RELAY'S LOG: /,
          );
      }
      const { files } = await exported('regulator', []);
      const lines = linesOf(files['customers-by-place.csv']!);
      expect(new Set(lines.map((line) => line.run_finished))).toEqual(new Set(['NO']));
      const open = lines.filter((line) => line.outcome === 'not told yet');
      expect(open).toMatchObject([{ customers: '1', why: 'no notice yet', law_of_text: '' }]);
    },
  );
  await execute(sql`INSERT INTO notices SELECT * FROM kept`);
  await execute(sql`INSERT INTO audit SELECT * FROM kept_audit WHERE incident <> 0`);
  await execute(sql`DROP TABLE kept`);
});

test.each<[string, string[], string]>([
  ['for whom', ['--for', 'police', '--out', 'x'], 'Allowed choices are law-enforcement, regulator'],
  ['no place', ['--for', 'regulator'], "required option '--out <folder>' not specified"],
  [
    'nobody takes them out',
    ['--for', 'law-enforcement', '--out', 'x', '--customers'],
    'write who does it, such as --by "Jane Doe"',
  ],
  [
    'customers for a regulator',
    ['--for', 'regulator', '--out', 'x', '--customers', '--by', 'J'],
    'names no customer',
  ],
  ['a name without customers', ['--for', 'regulator', '--out', 'x', '--by', 'J'], 'Leave them out'],
])('wrong usage: %s', async (_, args, said) => {
  const { code, err } = await typed('cli', ['export', ...args], {
    ...process.env,
    DATABASE_URL: run.databaseUrl,
  });
  expect([code, err]).toEqual([2, expect.stringContaining(said)]);
});
