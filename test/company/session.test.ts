import { sql } from 'kysely';
import { createConnection } from 'mysql2/promise';
import { createLedger } from '../../src/books/migrate';
import { type LedgerDatabase, openDatabase } from '../../src/books/open-database';
import { openConnection } from '../../src/company/connect';
import { inspectPackets, largestStatements, packetBytes } from '../../src/company/inspect/inspect-packets';
import { SessionRefusedError } from '../../src/company/session';
import { isKept, sessionSettings } from '../../src/company/session-settings';
import { testIncident } from '../notice/test-incident';
import { type HostileServer, hostileServer, serverKinds } from './hostile-server';

/** What a server may be told, so that a connection which sets nothing is another than ours must be. */
interface Hostility {
  title: string;
  /** On every connection of a user without SUPER. */
  initConnect?: string;
  globals?: Record<string, string>;
  only?: 'mariadb' | 'mysql';
  /** What a bare connection then has. */
  bites: [setting: string, value: string];
}

const charactersOf = (name: string) => ({
  character_set_client: name,
  character_set_connection: name,
  character_set_results: name,
});

const hostilities: Hostility[] = [
  // The server ignores what the handshake says (C52, C53): MySQL 9 has no such option any more, MariaDB was started with it.
  ...['latin1', 'gbk', 'big5', 'sjis', 'cp932'].map(
    (name): Hostility => ({
      title: `the handshake ignored and ${name}`,
      globals: charactersOf(name),
      only: 'mariadb',
      bites: ['character_set_client', name],
    }),
  ),
  ...['latin1', 'gbk', 'sjis'].map(
    (name): Hostility => ({
      title: `init_connect with SET NAMES ${name}`,
      initConnect: `SET NAMES ${name}`,
      bites: ['character_set_client', name],
    }),
  ),
  {
    title: 'init_connect with ANSI_QUOTES and NO_BACKSLASH_ESCAPES',
    initConnect: "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
    bites: ['sql_mode', 'NO_BACKSLASH_ESCAPES'],
  },
  {
    title: 'init_connect with autocommit off',
    initConnect: 'SET autocommit = 0',
    bites: ['autocommit', 'OFF'],
  },
  {
    title: 'init_connect with 100 rows',
    initConnect: 'SET sql_select_limit = 100',
    bites: ['sql_select_limit', '100'],
  },
  {
    title: "init_connect with California's time",
    initConnect: "SET time_zone = '-08:00'",
    bites: ['time_zone', '-08:00'],
  },
  {
    title: 'every default that can be set otherwise',
    globals: {
      sql_mode: "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'",
      time_zone: "'-08:00'",
      autocommit: '0',
      completion_type: "'CHAIN'",
      sql_select_limit: '100',
      max_join_size: '1000',
      sql_safe_updates: '1',
      sql_auto_is_null: '1',
      group_concat_max_len: '4',
      div_precision_increment: '0',
      foreign_key_checks: '0',
      unique_checks: '0',
      innodb_lock_wait_timeout: '1',
      lock_wait_timeout: '1',
      net_write_timeout: '2',
    },
    bites: ['sql_mode', 'PIPES_AS_CONCAT'],
  },
  {
    title: 'every default of MariaDB alone',
    only: 'mariadb',
    globals: {
      max_statement_time: '0.05',
      tx_isolation: "'SERIALIZABLE'",
      tx_read_only: '1',
      sql_if_exists: '1',
      check_constraint_checks: '0',
      system_versioning_asof: "'2020-01-01 00:00:00'",
      innodb_snapshot_isolation: '1',
      idle_transaction_timeout: '1',
    },
    bites: ['max_statement_time', '0.050000'],
  },
  {
    title: 'every default of MySQL alone',
    only: 'mysql',
    globals: {
      max_execution_time: '50',
      transaction_isolation: "'SERIALIZABLE'",
      transaction_read_only: '1',
      explain_format: "'JSON'",
      show_gipk_in_create_table_and_information_schema: '0',
      range_optimizer_max_mem_size: '1',
    },
    bites: ['max_execution_time', '50'],
  },
];

/** The address of the case table, which a session of another character set reads as SQL (C53). */
const ATTACK = `"中',0x00,null,utc_timestamp(3),null)#"@a.test`;
const ADDRESSES = ['иван@x.test', '山田@x.test', 'a🙂@x.test', '表@x.test', ATTACK, 'bystander@x.test'];

describe.each(serverKinds)('%s', (kind) => {
  let server: HostileServer;

  beforeAll(async () => {
    const replicated = ['--log-bin=bin', '--server-id=7'];
    const options =
      kind === 'mariadb'
        ? ['--skip-character-set-client-handshake', '--character-set-server=latin1', '--gtid-strict-mode=1']
        : [
            '--character-set-server=gbk',
            '--gtid-mode=ON',
            '--enforce-gtid-consistency=ON',
            '--sql-require-primary-key=ON',
          ];
    server = await hostileServer({ kind, options: [...options, ...replicated] });
  });
  afterAll(() => server?.stop());

  /** Runs `work` on the hostile server, and then makes it as it was. */
  async function against({ initConnect, globals = {} }: Hostility, work: () => Promise<void>): Promise<void> {
    const settings = {
      ...globals,
      ...(initConnect === undefined ? {} : { init_connect: `"${initConnect}"` }),
    };
    const before = await bare(server.rootUrl, (ask) => globalsOf(ask, Object.keys(settings)));
    try {
      await server.asRoot(
        ...Object.entries(settings).map(([name, value]) => `SET GLOBAL ${name} = ${value}`),
      );
      await work();
    } finally {
      // Each as it was, by a connection that reads quotes as ours do.
      await server.asRoot(
        "SET sql_mode = '', autocommit = 1",
        ...Object.entries(before).map(([name, value]) =>
          name === 'system_versioning_asof'
            ? `SET GLOBAL ${name} = DEFAULT`
            : `SET GLOBAL ${name} = ${/^[\d.]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`}`,
        ),
      );
    }
  }

  test.each(hostilities.filter(({ only }) => only === undefined || only === kind))(
    'against $title the contract holds, and what is written is what is read (C52-C55)',
    async (hostility) => {
      await against(hostility, async () => {
        const [setting, value] = hostility.bites;
        const [was] = await bare(server.url, (ask) => ask(`SHOW SESSION VARIABLES LIKE '${setting}'`));
        expect(was?.Value).toContain(value);
        const { db, close } = openDatabase(server.url, { ledgerExists: false, connections: 2 });
        try {
          await expectContract(db);
          await expectExactRows(db, server.rootUrl);
        } finally {
          await close();
        }
      });
    },
  );

  test('after a lost connection the contract holds on the next one as well', async () => {
    const cut: Hostility = {
      title: '',
      initConnect: "SET sql_select_limit = 100, time_zone = '-08:00'",
      bites: ['time_zone', '-08:00'],
    };
    await against(cut, async () => {
      const { db, close } = openDatabase(server.url, { ledgerExists: false, connections: 1 });
      try {
        const first = await idOf(db);
        await server.asRoot(`KILL ${first}`);
        const second = await idOf(db).catch(() => idOf(db)); // the pool may learn of it by the query
        expect(second).not.toBe(first);
        await expectContract(db);
      } finally {
        await close();
      }
    });
  });

  test('the ledger is made by a user without other rights, under strict GTIDs', async () => {
    await createLedger(server.url, { sqlType: 'bigint unsigned', kind: 'integer' });
    const { db, close } = openDatabase(server.url);
    const { rows } = await sql<{ name: string }>`SHOW TABLES LIKE 'notices'`.execute(db);
    await close();
    expect(rows).toHaveLength(1);
  });

  test('the server ends a transaction that idles beyond its time, and no other', async () => {
    const settings = sessionSettings({ idleTransactionSeconds: 3 });
    const { db, close } = openDatabase(server.url, { ledgerExists: false, idleTransactionSeconds: 3 });
    await expectContract(db, settings);
    await close();
  });
});

describe.each(serverKinds)('%s that keeps the settings it was started with', (kind) => {
  let server: HostileServer;
  beforeAll(async () => {
    server = await hostileServer({
      kind,
      options: ['--maximum-group-concat-max-len=1000', '--max-allowed-packet=1048576'],
    });
  });
  afterAll(() => server?.stop());

  test('its connections are refused with the setting and what to do, and no statement is sent', async () => {
    const { db, close } = openDatabase(server.url, { ledgerExists: false, connections: 1 });
    const asked = () => sql`CREATE TABLE shop.never (id INT)`.execute(db);
    await expect(asked()).rejects.toThrow(SessionRefusedError);
    await expect(asked()).rejects.toThrow(
      /group_concat_max_len is 1000, not 1048576: with that, answers would be cut short.*\n.*SET PERSIST.*maximum-NAME/,
    );
    await expect(openConnection(server.url)).rejects.toThrow(SessionRefusedError);
    await close();
    const tables = await bare(server.rootUrl, (ask) => ask('SHOW TABLES FROM shop'));
    expect(tables).toEqual([]);
    const left = await bare(server.rootUrl, (ask) => ask('SHOW PROCESSLIST'));
    expect(left.filter(({ User }) => User === 'app')).toEqual([]);
  });

  test('a small max_allowed_packet is read, and what would not fit is named', async () => {
    const [row] = await bare(server.rootUrl, (ask) => ask('SELECT @@max_allowed_packet AS bytes'));
    const incident = { ...testIncident(), title: 'x'.repeat(2_000_000) };
    expect(inspectPackets(Number(row!.bytes), largestStatements(incident, 20))?.what).toContain(
      "max_allowed_packet is 1,048,576 octets: the server would end the connection at the incident's row",
    );
  });
});

test('table names in lower case alone change nothing (MariaDB)', async () => {
  const server = await hostileServer({ kind: 'mariadb', options: ['--lower-case-table-names=1'] });
  try {
    await createLedger(server.url, { sqlType: 'bigint unsigned', kind: 'integer' });
    const { db, close } = openDatabase(server.url);
    await expectContract(db);
    expect(await packetBytes(db)).toBe(16_777_216);
    await close();
  } finally {
    await server.stop();
  }
});

async function expectContract(db: LedgerDatabase, wanted = sessionSettings({})): Promise<void> {
  const { rows } = await sql<Row>`SHOW SESSION VARIABLES`.execute(db);
  const values = new Map(rows.map(({ Variable_name, Value }) => [Variable_name, Value]));
  const other = wanted.filter(
    (setting) => values.has(setting.name) && !isKept(setting, values.get(setting.name)!),
  );
  expect(other.map(({ name }) => `${name} ${values.get(name)}`)).toEqual([]);
  expect(wanted.filter(({ name }) => values.has(name)).length).toBeGreaterThan(35);
}

/** Rows through our pool, read back by it and, as octets, over a bare connection. */
async function expectExactRows(db: LedgerDatabase, rootUrl: string): Promise<void> {
  await sql`DROP TABLE IF EXISTS shop.people`.execute(db);
  await sql`
    CREATE TABLE shop.people (id INT UNSIGNED PRIMARY KEY, email VARCHAR(320) NOT NULL, note VARBINARY(1200))
    DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci`.execute(db);
  const all = [...ADDRESSES, ...Array.from({ length: 300 }, (_, i) => `p${i}@x.test`)];
  await sql`INSERT INTO shop.people (id, email, note)
    VALUES ${sql.join(all.map((email, id) => sql`(${id}, ${email}, ${email})`))}`.execute(db);
  for (const email of ADDRESSES) {
    const { numAffectedRows } =
      await sql`UPDATE shop.people SET note = CONCAT(note, ${email}) WHERE email = ${email}`.execute(db);
    expect([email, numAffectedRows]).toEqual([email, 1n]);
  }
  const { rows: mine } = await sql<Person>`SELECT id, email, note FROM shop.people ORDER BY id`.execute(db);
  expect(mine.map(({ email }) => email)).toEqual(all);
  const { rows: injected } = await sql`SELECT id FROM shop.people WHERE email = ${'xħ OR 1=1 -- '}`.execute(
    db,
  );
  expect(injected).toEqual([]);
  const octets = await bare(rootUrl, async (ask) => {
    await ask('SET SESSION sql_select_limit = 18446744073709551615');
    return ask('SELECT HEX(email) AS email, HEX(note) AS note FROM shop.people ORDER BY id');
  });
  const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase();
  expect(octets.map(({ email, note }) => [email, note])).toEqual(
    all.map((email, i) => [hex(email), hex(i < ADDRESSES.length ? email + email : email)]),
  );
  // Beyond 1,000 rows looked at, and beyond 50 ms.
  const { rows: pairs } = await sql`
    SELECT COUNT(*) AS n, MAX(SLEEP(IF(a.id + b.id = 0, 0.1, 0))) AS cut FROM shop.people a, shop.people b`.execute(
    db,
  );
  expect(pairs).toEqual([{ n: String(all.length ** 2), cut: '0' }]);
}

async function idOf(db: LedgerDatabase): Promise<number> {
  return Number((await sql<{ id: number }>`SELECT CONNECTION_ID() AS id`.execute(db)).rows[0]!.id);
}

type Row = Record<string, string>;
type Ask = (statement: string) => Promise<Row[]>;
interface Person {
  id: number;
  email: string;
  note: Buffer;
}

/** A connection on which nothing holds: the server's own words. */
async function bare<T>(url: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const connection = await createConnection(url);
  try {
    return await work(async (statement) => (await connection.query(statement))[0] as unknown as Row[]);
  } finally {
    connection.destroy();
  }
}

async function globalsOf(ask: Ask, names: string[]): Promise<Record<string, string>> {
  const rows = await ask(
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names.map((name) => `'${name}'`).join()})`,
  );
  return Object.fromEntries(rows.map(({ Variable_name, Value }) => [Variable_name!, Value!]));
}
