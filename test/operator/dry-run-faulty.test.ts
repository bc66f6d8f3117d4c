import { sql } from 'kysely';
import { parse, stringify } from 'yaml';
import { ledgerSchemaOf, openDatabase } from '../../src/books/open-database';
import { loadPresets, presetMapping } from '../../src/company/presets';
import { type OwnFixture, ownFixture } from '../company/presets/own-fixture';
import { CUTOFF, PRESET_CASES } from '../company/presets/preset-cases';
import { WHOLE_EXAMPLE } from '../incident/example-incident';
import { type OwnOperator, ownOperator } from './own-operator';

let desk: OwnOperator;
let fixture: OwnFixture;
beforeAll(async () => {
  desk = await ownOperator('faulty', 300);
  fixture = await ownFixture(DJANGO);
});
afterAll(async () => {
  await fixture.drop();
  await desk.end();
});

const DJANGO = PRESET_CASES.find(({ id }) => id === 'django')!;

/** The example, changed; its tables are the desk's own. */
function changed(change: (file: ReturnType<typeof parse>) => void): () => string {
  const file = parse(WHOLE_EXAMPLE);
  change(file);
  return () => stringify(file);
}

/** The example with Django's tables, which have neither a country nor a language. */
function djangos(file: ReturnType<typeof parse>) {
  const preset = loadPresets().find(({ id }) => id === DJANGO.id)!;
  file.cutoff = CUTOFF;
  file.database = presetMapping(preset, DJANGO.prefix, DJANGO.answers);
}

test('one round tells what is wrong with the file and what its database lacks; with just that corrected it is READY', async () => {
  const there = { DATABASE_URL: fixture.url };
  const file = desk.file('django.yaml', changed(djangos));
  const { code, out, err } = await desk.start([file], there);
  expect(
    err
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^\S+django\.yaml:\d+:\d+ (\S+): .*/, '$1')),
  ).toEqual([
    'jurisdictions.california',
    'jurisdictions.massachusetts',
    'jurisdictions.gdpr',
    'texts.es',
    'texts.fr',
    'texts.de',
    'texts.ja',
    'texts.ar',
  ]);
  expect(err).toMatch(
    /^\S+django\.yaml:\d+:\d+ jurisdictions\.california: found places, but database\.customers\.country is null, write /,
  );
  expect(out).toMatch(
    /STOPS THE START\n {2}- shop_newsletter\.unsubscribe_token looks like .*\n {4}-> .* write \{table: shop_newsletter, column: unsubscribe_token, because: and why\} under database\.ignored\n/,
  );
  expect(out).toMatch(
    /\nNOT READY: 8 problems in the file, and one other thing stops the start \(above\)\. Nothing was done\.\n$/,
  );
  expect(code).toBe(2);

  desk.file(
    'django.yaml',
    changed((corrected) => {
      djangos(corrected);
      corrected.jurisdictions = { california: [], massachusetts: [], gdpr: [] };
      const { california, massachusetts, gdpr, ...en } = corrected.texts.en;
      corrected.texts = { en };
      corrected.database.ignored.push({
        table: 'shop_newsletter',
        column: 'unsubscribe_token',
        because: 'ends a newsletter',
      });
    }),
  );
  const next = await desk.start([file], there);
  expect([next.code, next.err]).toEqual([0, '']);
  expect(next.out).toMatch(/READY: npm start -- \S+django\.yaml --go starts the run\.\n$/);
});

/** A credential that no file of these tests names. */
const PLANTED = /- customer_apps\.api_secret looks like /;
beforeAll(async () => {
  await onDesk(
    'CREATE TABLE %s.customer_apps (customer_id BIGINT UNSIGNED PRIMARY KEY, api_secret VARCHAR(64))',
  );
});

async function onDesk(statement: string): Promise<void> {
  const { db, close } = openDatabase(desk.env.DATABASE_URL!, { ledgerExists: false, connections: 1 });
  try {
    const [company, ledger] = [desk.companySchema, ledgerSchemaOf(desk.companySchema)].map(
      (name) => `\`${name}\``,
    );
    await sql.raw(statement.replaceAll('%s', company!).replaceAll('%l', ledger!)).execute(db);
  } finally {
    await close();
  }
}

test.each<[string, (file: ReturnType<typeof parse>) => void, RegExp]>([
  [
    'an open question',
    (file) => (file.database.retire[0].column = '???'),
    /first correct the file's database, and answer each \?\?\? there$/m,
  ],
  [
    'a table named by nothing',
    (file) => (file.database.revoke[0].table = null),
    /first correct the file's database/,
  ],
  [
    'a cutoff in the future',
    (file) => (file.cutoff = '2112-01-15T23:00:00Z'),
    /first correct the file's cutoff$/m,
  ],
  [
    'no id and a cutoff without a zone',
    (file) => {
      file.id = undefined;
      file.cutoff = '2012-01-15';
    },
    /first correct the file's cutoff and id$/m,
  ],
])('with %s the database is not looked at, and that is said; the parts are', async (_, change, why) => {
  const file = desk.file('unseen.yaml', changed(change));
  const { code, out } = await desk.start([file], { SMTP_URL: 'smtp://127.0.0.1:1' });
  expect(out).toMatch(/\n {2}- The database was not looked at: /);
  expect(out).toMatch(why);
  expect(out).toContain('The mail relay at 127.0.0.1:1 does not work');
  expect(out).not.toMatch(PLANTED);
  expect(out).toMatch(
    /NOT READY: [12] problems? in the file, and one other thing stops the start \(above\)\. Nothing was done\.\n$/,
  );
  expect(code).toBe(2);
});

test('of two values of one key nobody knows which is meant: the database is not looked at', async () => {
  const file = desk.file('twice.yaml', (text) =>
    text.replace('column: password_hash', 'column: nonsense\n      column: password_hash'),
  );
  const { out, err } = await desk.start([file]);
  expect(err).toMatch(/retire\.0\.column: found the key "column" a second time/);
  expect(out).toMatch(/The database was not looked at: first correct the file's database/);
});

test('a file that is no YAML: the rest of it waits, and the parts are looked at', async () => {
  const file = desk.file('unclosed.yaml', (text) => text.replace('id: zappos-2012', 'id: "zappos-2012'));
  const { code, out } = await desk.start([file], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect(out).toMatch(
    /- Neither the rest of the file nor the database was looked at: fix these lines first\n/,
  );
  expect(out).toMatch(/- Temporal at 127\.0\.0\.1:1 does not work/);
  expect(code).toBe(2);
});

test.each<[string, (file: ReturnType<typeof parse>) => void, RegExp]>([
  [
    'what is only stated is open',
    (file) => (file.database.stated = [{ what: 'cookies', ended: '???', by: '???' }]),
    /stated\.0\.by/,
  ],
  [
    'a column is written twice',
    (file) => file.database.retire.push(structuredClone(file.database.retire[0])),
    /retire\.1\.column: found "password_hash", which is written by another entry/,
  ],
  [
    "the customers' key is written",
    (file) => file.database.retire.push({ table: 'customers', key: 'id', column: 'id', dead: null }),
    /retire\.1\.column: found "id"/,
  ],
  [
    'the customers would be deleted',
    (file) => file.database.revoke.push({ table: 'customers', key: 'id', delete: 'rows' }),
    /revoke\.3\.table: found "customers"/,
  ],
  [
    'a table is its own between',
    (file) =>
      file.database.revoke.push({
        table: 'sessions',
        key: 'id',
        via: { table: 'sessions', key: 'customer_id', column: 'id' },
        delete: 'rows',
      }),
    /revoke\.3\.via\.table: found "sessions"/,
  ],
  [
    'a fact cannot stand in a notice',
    (file) => {
      file.phone = '//help.example';
      file.texts.en.signature += ' {phone}';
    },
    /:\d+:\d+ phone: found the link "\/\/help\.example", write the number alone/,
  ],
])('while %s the database is looked at', async (_, change, problem) => {
  const { code, out, err } = await desk.start([desk.file('seen.yaml', changed(change))]);
  expect(err).toMatch(problem);
  expect(out).toMatch(PLANTED);
  expect(out).not.toContain('The database was not looked at');
  expect(code).toBe(2);
});

test('a slip in a text hides no customer whose law has no words; a language with a fault does, and that is said', async () => {
  const lacking = (file: ReturnType<typeof parse>) => {
    file.texts.ja.inDefaultLanguage = undefined;
    file.texts.en.greeting = 'Dear {nam},';
  };
  const { out } = await desk.start([desk.file('slip.yaml', changed(lacking))]);
  expect(out).toMatch(/customers? \(.*\) would need the notice of massachusetts in ja/);
  const faulty = await desk.start([
    desk.file(
      'fault.yaml',
      changed((file) => {
        lacking(file);
        file.texts.ja.subject = undefined;
      }),
    ),
  ]);
  expect(faulty.out).not.toContain('would need the notice');
  expect(faulty.out).toMatch(/- The customers were not read: who would get which notice/);
});

test('--json has both, and nothing else is said', async () => {
  const file = desk.file(
    'json.yaml',
    changed((incident) => (incident.pace.perSecond = 'fast')),
  );
  const { code, out, err } = await desk.start([file, '--json']);
  expect([code, err]).toEqual([2, '']);
  const facts = JSON.parse(out);
  expect(facts).toMatchObject({
    file,
    ready: false,
    problems: [expect.stringMatching(/json\.yaml:\d+:\d+ pace\.perSecond: found "fast", write /)],
  });
  expect(facts.findings[0]).toMatchObject({
    severity: 'stops',
    what: expect.stringMatching(/^customer_apps\.api_secret looks/),
  });
  expect(facts.company.classification.places[0]).toMatchObject({ found: expect.any(String) });
});

test('--go is refused at once, with the problems of the file alone', async () => {
  const file = desk.file(
    'go.yaml',
    changed((incident) => (incident.pace.perSecond = 'fast')),
  );
  const { code, out, err } = await desk.start([file, '--go'], { SMTP_URL: 'smtp://127.0.0.1:1' });
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(
    /^\S+go\.yaml:\d+:\d+ pace\.perSecond: found "fast", write .*\n1 problem: nothing was done\.\n$/,
  );
});

test('a look that fails is told as that, by the code alone', async () => {
  await onDesk('CREATE DATABASE %l');
  await onDesk('CREATE TABLE %l.incidents (other INT)');
  try {
    const file = desk.file(
      'fails.yaml',
      changed((incident) => (incident.pace.perSecond = 'fast')),
    );
    const { code, out } = await desk.start([file]);
    expect(out).toMatch(
      /- The database could not be looked at \(ER_BAD_FIELD_ERROR\): once the file is corrected, the dry run says why\n/,
    );
    expect(code).toBe(2);
  } finally {
    await onDesk('DROP DATABASE %l');
  }
});
