import { sql } from 'kysely';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { verifyAudit } from '../../src/books/audit-chain';
import { companyOf } from '../../src/books/incident-row';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { type HostileServer, hostileServer, type ServerKind, serverKinds } from '../company/hostile-server';
import { type OwnResponse, ownResponse } from './own-response';

let server: HostileServer | undefined;
let response: OwnResponse | undefined;
afterEach(async () => {
  await response?.end();
  await server?.stop();
  response = undefined;
  server = undefined;
});

const CHANGED_SESSION =
  "SET NAMES latin1, sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT', autocommit = 0, sql_select_limit = 100, time_zone = '-08:00'";
const REPLICATED = ['--log-bin=bin', '--server-id=7', '--binlog-format=ROW'];

/** Each with everything at once that another kind of server would have alone. */
const HOSTILE: [string, ServerKind, string[], string[]][] = [
  [
    'ignores the handshake, gbk, limits of 50 ms and 100 rows, another SQL',
    'mariadb',
    ['--skip-character-set-client-handshake', '--character-set-server=gbk', '--autocommit=0'],
    [
      'SET GLOBAL max_statement_time = 0.05',
      'SET GLOBAL sql_select_limit = 100',
      'SET GLOBAL max_join_size = 1000',
    ],
  ],
  [
    'ignores the handshake, latin1, names in small letters, replicated, small packets',
    'mariadb',
    [
      '--skip-character-set-client-handshake',
      '--character-set-server=latin1',
      '--lower-case-table-names=1',
      '--gtid-strict-mode=1',
      '--max-allowed-packet=4M',
      ...REPLICATED,
    ],
    [],
  ],
  [
    'gbk, strict GTIDs, limits of 50 ms and 100 rows, another SQL',
    'mysql',
    ['--character-set-server=gbk', '--gtid-mode=ON', '--enforce-gtid-consistency=ON', ...REPLICATED],
    [
      'SET GLOBAL max_execution_time = 50',
      'SET GLOBAL sql_select_limit = 100',
      'SET GLOBAL max_join_size = 1000',
    ],
  ],
];

/** In GBK the octets before the quote are half a character: with the escaping of another character set this is SQL (C53). */
const ATTACK = `"中',0x00,null,utc_timestamp(3),null)#"@a.test`;
const FOREIGN = ['иван@x.test', '山田@x.test', 'a🙂@x.test']; // C52

test.each(HOSTILE.filter(([, kind]) => serverKinds.includes(kind)))(
  'a whole response on a server that %s (%s): everybody is told once at their own address, nobody else is touched (C52-C55)',
  async (_, kind, options, globals) => {
    const initConnect = `SET GLOBAL init_connect = "${CHANGED_SESSION}"`;
    server = await hostileServer({ kind, options, initSql: [...globals, initConnect] });
    response = await ownResponse('hostile', {
      customers: 400,
      schema: { url: server.url, drop: async () => undefined },
    });
    const { database, row, relay, books } = response;
    const { db } = database;
    const customers = sql.id(database.companySchema, 'customers');
    const addresses = [ATTACK, ...FOREIGN];
    for (const [i, email] of addresses.entries())
      await sql`INSERT INTO ${customers} (id, email, first_name, language, created_at, password_hash, password_set_at)
        VALUES (${500 + i}, ${email}, 'Ann', 'en', '2011-01-01', 'old', '2011-01-01')`.execute(db);
    const others = async () =>
      (
        await sql`SELECT id, email, first_name, language, country, region, created_at, password_set_at FROM ${customers} ORDER BY id`.execute(
          db,
        )
      ).rows;
    const before = await others();
    await response.worker();
    await response.begin();
    await response.untilOver();

    expect(await row()).toMatchObject({ phase: 'closed', hold_reason: null });
    expect(await others()).toEqual(before);
    const { cohort, missing, notices } = await books();
    const { sent = 0, skipped = 0, failed = 0 } = notices;
    expect([missing, sent + skipped + failed]).toEqual([0, cohort]);
    const company = await companyOf(database, response.file);
    expect(await verifyExpiry(db, company, 1, Date.now())).toMatchObject({ clean: true, findings: [] });
    expect(await verifyAudit({ db, incident: 1 })).toBeNull();
    const told: string[] = [];
    for (const { to } of await acceptancesIn(relay.log)) told.push(to);
    expect(told).toHaveLength(sent);
    expect(await response.verdict()).toMatchObject({
      customersAcceptedOnce: sent,
      customersAcceptedTwiceOrMore: 0,
      strangers: 0,
    });
    for (const email of FOREIGN) expect(told.filter((to) => to === email)).toHaveLength(1);
    expect(told.filter((to) => to.includes('?'))).toEqual([]);
  },
);
