import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { makeCustomers } from '../../scripts/seed/make-customers';
import { openDatabase } from '../../src/books/open-database';
import { WHOLE_EXAMPLE } from '../incident/example-incident';
import { CUTOFF, type OwnOperator, ownOperator, SEED } from './own-operator';

const CUSTOMERS = 3_000;
const SPANISH = /^es\b/i;

let desk: OwnOperator;
beforeAll(async () => {
  desk = await ownOperator('dry-run', CUSTOMERS);
});
afterAll(() => desk.end());

/** Who was seeded from before the cutoff, judged without our own rules. */
function seeded() {
  const cutoff = CUTOFF.slice(0, 19).replace('T', ' ');
  const all = [...makeCustomers({ customers: CUSTOMERS, seed: SEED, cutoff: CUTOFF }, CUSTOMERS)].flat();
  const inside = all.filter(({ createdAt }) => createdAt <= cutoff);
  const old = (setAt: string | null) => setAt === null || setAt <= cutoff;
  const withPassword = inside.filter(({ passwordHash }) => passwordHash !== null);
  return {
    all,
    inside,
    expired: withPassword.filter(({ passwordSetAt }) => old(passwordSetAt)),
    changedSince: withPassword.filter(({ passwordSetAt }) => !old(passwordSetAt)),
    missing: inside.filter(({ email }) => !email),
  };
}

/** Texts in two languages: the Spanish ones are the English ones. */
function bilingual(text: string): string {
  const [head, texts] = text.split('\ntexts:\n') as [string, string];
  const end = texts.search(/^\S/m);
  const english = texts.slice(0, end);
  return `${head}\ntexts:\n${english}${english.replace(/^ {2}en:$/m, '  es:')}${texts.slice(end)}`;
}

test('a dry run counts what the run would do, as of the seed, and nobody is told and nothing changed', async () => {
  const before = await checksums();
  const { code, out, err } = await desk.start([desk.file('incident.yaml', bilingual), '--json']);
  expect(err).toBe('');
  expect(code).toBe(0);
  const facts = JSON.parse(out);
  const { all, inside, expired, changedSince, missing } = seeded();
  expect(facts.company.counts).toMatchObject({
    expired: expired.length,
    changedSince: changedSince.length,
    none: inside.length - expired.length - changedSince.length,
    outside: all.length - inside.length,
  });
  const { classification } = facts.company;
  expect(classification.skipped['address-missing'].customers).toBe(missing.length);
  expect(classification.skipped['address-missing'].examples).toEqual(
    missing.slice(0, 5).map(({ id }) => String(id)),
  );
  const skipped = Object.values<{ customers: number }>(classification.skipped);
  expect(classification.told + skipped.reduce((sum, { customers }) => sum + customers, 0)).toBe(
    inside.length,
  );
  const spanish = classification.languages.filter(({ texts }: { texts: string }) => texts === 'es');
  expect(spanish.map((language: { found: string }) => language.found).sort()).toEqual(
    [
      ...new Set(inside.map(({ language }) => language ?? '').filter((spelling) => SPANISH.test(spelling))),
    ].sort(),
  );
  const variants: { disposition: string; customers: number; subject: string }[] = facts.variants;
  expect(variants).toHaveLength(6);
  expect(variants.reduce((sum, { customers }) => sum + customers, 0)).toBe(classification.told);
  const none = inside.length - expired.length - changedSince.length;
  for (const [disposition, customers] of [
    ['expired', expired.length],
    ['changed_since', changedSince.length],
    ['none', none],
  ] as const) {
    const told = variants.filter((variant) => variant.disposition === disposition);
    const sum = told.reduce((all, variant) => all + variant.customers, 0);
    expect(sum).toBeLessThanOrEqual(customers);
    expect(sum).toBeGreaterThanOrEqual(customers - (inside.length - classification.told));
  }
  expect(variants[0]).toMatchObject({
    subject: 'Notice of Data Breach: please choose a new password',
    preheader: expect.stringMatching(/^Someone broke into part of our network/),
    reading: { grade: expect.any(Number) },
  });
  expect(facts.relay).toMatchObject({ pipelining: true, smtputf8: true });
  expect(facts.ready).toBe(true);

  expect(await checksums()).toEqual(before);
  expect(await desk.ledgerExists()).toBe(false);
  expect(readFileSync(desk.relay.log, 'utf8')).not.toContain('message-id=');
});

async function checksums() {
  const tables = ['customers', 'sessions', 'api_tokens', 'password_resets'];
  const { db, close } = openDatabase(desk.env.DATABASE_URL!, { ledgerExists: false, connections: 1 });
  try {
    const names = tables.map((table) => sql.id(desk.companySchema, table));
    return (await sql`CHECKSUM TABLE ${sql.join(names)}`.execute(db)).rows;
  } finally {
    await close();
  }
}

test('for people: counts with separators, each reason with customers to look at, the statements, and one last line', async () => {
  const { code, out } = await desk.start([desk.file('incident.yaml')]);
  expect(out).toMatch(/^ {2}in the cohort +2,\d{3} {2}accounts/m);
  expect(out).toMatch(/^ {4}address-missing +\d+ {2}there is no address \(such as \d+, \d+/m);
  expect(out).toContain(`UPDATE \`${desk.companySchema}\`.\`customers\` \`c\` SET`);
  expect(out).toMatch(/READY: npm start -- \S+incident\.yaml --go starts the run\.\n$/);
  expect(code).toBe(0);
});

test('a wrong file: everything that is wrong with it, by line and column', async () => {
  const file = desk.file('wrong.yaml', (text) =>
    text
      .replace('cutoff: 2012-01-15T23:00:00Z', 'cutoff: 2112-01-15T23:00:00Z')
      .replace('replyTo:', 'replayTo:'),
  );
  const { code, out, err } = await desk.start([file, '--go']);
  expect(err).toMatch(/wrong\.yaml:\d+:\d+ cutoff: found 2112-01-15T23:00:00Z, in the future, write /);
  expect(err).toMatch(/wrong\.yaml:\d+:\d+ replayTo: found /);
  expect(err).toMatch(/\d problems: nothing was done\.\n$/);
  expect([code, out]).toEqual([2, '']);
});

test('texts that are hard to read, or too large, are named, and stop nothing', async () => {
  const sentence = 'Unauthorized individuals potentially accessed confidential identification information. ';
  const file = desk.file('hard.yaml', (text) =>
    text.replace(
      /heading: (?:What happened|What we are doing|For more information)\n +text: \|\n/g,
      (heading) => `${heading}        ${sentence.repeat(100)}\n`,
    ),
  );
  const { out, code } = await desk.start([file]);
  expect(out).toMatch(/^ {2}en\/default\/expired .* bytes \(TOO LARGE\)/m);
  expect(out).toMatch(/Larger than 60,000 bytes as sent: en\/default\/expired \(\d+,\d+ bytes\)/);
  expect(out).toMatch(
    /Harder to read than grade 8: en\/default\/\w+ \(\d+.*\n.*shorten the longest sentences: "/,
  );
  expect(out).toMatch(/READY: .*\n$/);
  expect(code).toBe(0);
});

test('no such file', async () => {
  const { code, err } = await desk.start([`${desk.folder}/nothing.yaml`]);
  expect(err).toContain('nothing.yaml: found no such file, name an incident file');
  expect(code).toBe(2);
});

test('what the database lacks stops it, with what to write instead', async () => {
  const file = desk.file('lacking.yaml', (text) =>
    text.replace('column: password_hash', 'column: pasword_hash'),
  );
  const { code, out } = await desk.start([file, '--go']);
  expect(out).toContain('There is no column pasword_hash in customers (database.retire.0.column)');
  expect(out).toContain('write password_hash under database.retire.0.column');
  expect(out).toMatch(/NOT READY: one thing stops the start \(above\)\.\n$/);
  expect(code).toBe(1);
  expect(await desk.ledgerExists()).toBe(false);
});

test('what cannot be meant stops a start, too, not only the dry run', async () => {
  const file = desk.file('mistaken.yaml', (text) =>
    text
      .replace('key: customer_id', 'key: token')
      .replace('column: password_hash', `column: password_hash\n      usable: "password_hash LIKE 'x%'"`),
  );
  const { code, out } = await desk.start([file, '--go']);
  expect(out).toMatch(
    /None of the [\d,]+ rows of customers has a password in password_hash by password_hash LIKE 'x%'/,
  );
  expect(out).toMatch(
    /None of the [\d,]+ rows that database\.revoke\.0 is about belongs to a customer, by sessions\.token/,
  );
  expect(code).toBe(1);
  expect(await desk.ledgerExists()).toBe(false);
});

test('without a relay it does not start, and says how to expire the passwords meanwhile', async () => {
  const file = desk.file('incident.yaml');
  const { code, out } = await desk.start([file, '--go'], { SMTP_URL: 'smtp://127.0.0.1:1' });
  expect(out).toContain('The mail relay at 127.0.0.1:1 does not work');
  expect(out).toContain(`To expire the passwords meanwhile: npm start -- ${file} --go --relay-later`);
  expect(code).toBe(1);
  expect(await desk.ledgerExists()).toBe(false);
});

/** The example's texts and laws, judged without our own rules. */
function variantsBySeed(): Record<string, number> {
  const { inside, expired, changedSince } = seeded();
  const [dead, fresh] = [new Set(expired), new Set(changedSince)];
  const nobody = [
    'no-at-sign',
    'two@@shop.test',
    'blank in@shop.test',
    'a@x.test, b@x.test',
    '@shop.test',
    'nobody@',
  ];
  const counts: Record<string, number> = {};
  for (const customer of inside) {
    if (!customer.email || customer.email.startsWith('"') || nobody.includes(customer.email)) continue;
    const spoken = (customer.language ?? '').slice(0, 2).toLowerCase();
    const country = (customer.country ?? '').toUpperCase();
    const state = country === 'US' ? (customer.region ?? '').replace('US-', '').trim().toUpperCase() : '';
    const european = ['DE', 'FR', 'ES', 'NO'].includes(country) ? 'gdpr' : 'default';
    const law = { CA: 'california', MA: 'massachusetts' }[state] ?? european;
    const written = law === 'massachusetts' ? ['es'] : ['es', 'fr', 'de', 'ja', 'ar'];
    const password = dead.has(customer) ? 'expired' : fresh.has(customer) ? 'changed_since' : 'none';
    const key = `${written.includes(spoken) ? spoken : 'en'}/${law}/${password}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

test('the whole example: every variant with exactly those who would get it, by language, place and password', async () => {
  const file = desk.file('whole.yaml', () => WHOLE_EXAMPLE);
  const { code, out, err } = await desk.start([file, '--json']);
  expect([code, err]).toEqual([0, '']);
  const facts = JSON.parse(out);
  const counted = (facts.variants as { key: string; customers: number | null }[]).filter(
    ({ customers }) => customers,
  );
  expect(Object.fromEntries(counted.map(({ key, customers }) => [key, customers]))).toEqual(variantsBySeed());
  expect(counted.length).toBeGreaterThan(30);
  expect(facts.variants.find(({ key }: { key: string }) => key === 'ja/reminder').customers).toBeNull();
  const at = (place: string) =>
    facts.company.classification.places.find((seen: { found: string }) => seen.found === place);
  expect([
    at('US US-CA').jurisdiction,
    at('US MA').jurisdiction,
    at('NO').jurisdiction,
    at('JP 13').jurisdiction,
  ]).toEqual(['california', 'massachusetts', 'gdpr', 'default']);
  const text = await desk.start([file]);
  expect(text.out).toMatch(/^ {2}US MA +\d+ {2}massachusetts$/m);
  expect(text.out).toMatch(/^ {2}and \d+ variants that no customer would get now$/m);
});

// judge-notices.ts: the words of a law in another language are a decision, and the file must say it.
test('customers whose law has no words in their language stop it, with how many and who; a law that nobody is under is said', async () => {
  const file = desk.file('lacking.yaml', () => LACKING.replace('[US-CA]', '[US-CALIFORNIA]'));
  const { code, out } = await desk.start([file]);
  expect(code).toBe(1);
  expect(out).toMatch(
    /- \d+ customers? \(such as [\d, ]+\) would need the notice of massachusetts in ja, for which there are no texts\n +-> write them below texts\.ja\.massachusetts, or have them told in en: texts\.ja\.inDefaultLanguage: \[massachusetts\]/,
  );
  expect(out).toMatch(
    /- No customer is under california: nobody's place is one of US-CALIFORNIA\n +-> check that jurisdictions\.california spells places as the columns do; the columns have: /,
  );
  expect(out).toMatch(/NOT READY: one thing stops the start/);
});

test('a part that nobody has named hides nothing: it is one finding, and the rest is looked at', async () => {
  const file = desk.file('no-relay.yaml', (text) =>
    text.replace('column: password_hash', 'column: pasword_hash'),
  );
  const { code, out, err } = await desk.start([file], { SMTP_URL: '' });
  expect(err).toBe('');
  expect(out).toMatch(
    /- The mail relay is missing: it does not run here, and SMTP_URL is not set\. Start the embedded one: npm run stack; or set SMTP_URL to a real one\n/,
  );
  expect(out).toContain('There is no column pasword_hash in customers');
  expect(out).not.toContain('--relay-later');
  expect(code).toBe(1);
  const none = { DATABASE_URL: '', TEMPORAL_ADDRESS: '', SMTP_URL: '' };
  const nothing = await desk.start(
    [desk.file('alone.yaml', (text) => text.replace('replyTo:', 'replayTo:'))],
    none,
  );
  expect(nothing.err).toMatch(/replayTo: found the unknown key/);
  expect(nothing.out).toMatch(/- The database is missing: /);
  expect(nothing.out).toMatch(/- Temporal is missing: /);
  expect(nothing.out).not.toContain('unused.invalid');
  expect(nothing.out).toMatch(/NOT READY: \d problems? in the file, and 3 other things stop the start/);
  expect(nothing.code).toBe(2);
  const go = await desk.start([desk.file('incident.yaml'), '--go'], { SMTP_URL: '' });
  expect([go.code, go.out]).toEqual([1, '']);
  expect(go.err).toContain('Not running here and not set: SMTP_URL');
});

/** The example without the words that tell its Japanese speakers of Massachusetts in English. */
const LACKING = WHOLE_EXAMPLE.replace(/(\n {2}ja:[\s\S]*?)\n {4}inDefaultLanguage: \[massachusetts\]/, '$1');

test('a table that is not there hides neither whose law has no words, nor that the entries were not counted', async () => {
  const file = desk.file('hidden.yaml', () => LACKING.replace('table: sessions', 'table: sesions'));
  const { code, out } = await desk.start([file]);
  expect(out).toMatch(/- There is no table sesions in the schema /);
  expect(out).toMatch(/- \d+ customers? \(.*\) would need the notice of massachusetts in ja/);
  expect(out).toMatch(
    /\nNOT LOOKED AT until the above is fixed; there may be more\n {2}- Your server has not tried every value, time and key of the file, nor each statement of the run: .*\n(?: {2}- .*\n)* {2}- What each entry of the file would do was not counted\n/,
  );
  expect(out).toMatch(/NOT READY: 2 things stop the start \(above\)\.\n$/);
  expect(code).toBe(1);
  const corrected = await desk.start([desk.file('hidden.yaml', () => LACKING)]);
  expect(corrected.out).not.toContain('NOT LOOKED AT');
  expect(corrected.out).toMatch(/NOT READY: one thing stops the start/);
});

test('what the server refuses only while it reads is one finding among the others, without the words that may quote a row', async () => {
  const file = desk.file('overflows.yaml', (text) =>
    text.replace(
      'column: password_hash',
      'column: password_hash\n      usable: "EXP(1000 + LENGTH(password_hash)) > 0"',
    ),
  );
  const { code, out, err } = await desk.start([file], { SMTP_URL: 'smtp://127.0.0.1:1' });
  expect(err).toBe('');
  expect(out).toMatch(
    /- The database refuses database\.retire\.0\.usable \(EXP\(1000 \+ LENGTH\(password_hash\)\) > 0\) while it reads the rows \(ER_DATA_OUT_OF_RANGE, 1690\)\n/,
  );
  expect(out).toMatch(
    /\nNOT LOOKED AT .*\n(?: {2}- .*\n)* {2}- What each entry of the file would do was not counted\n/,
  );
  expect(out).toContain('The mail relay at 127.0.0.1:1 does not work');
  expect(code).toBe(1);
});

test('many accounts that were made since a cutoff of late are told as what nobody expires or tells', async () => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const file = desk.file('newcomers.yaml', (text) =>
    text
      .replace('cutoff: 2012-01-15T23:00:00Z', `cutoff: ${yesterday}T00:00:00Z`)
      .replace(
        /table: customers\n(?= +key: id\n +email)/,
        'select: SELECT id, email, first_name, language, IF(id % 2, created_at, UTC_TIMESTAMP()) AS created_at FROM {schema}.customers\n',
      ),
  );
  const { out } = await desk.start([file]);
  expect(out).toMatch(
    /- 1,5\d\d of 3,000 accounts were made after the cutoff, in 2 days, says created_at: their passwords are not expired, and they are not told\n +-> .*createdAt: null/,
  );
});

/** Where the key of a customer is the address, and that of a token holds it. */
const MEMBERS = [
  'CREATE TABLE %s.members (email VARCHAR(120) PRIMARY KEY, spoken VARCHAR(120), pw VARCHAR(100), closed TINYINT)',
  "INSERT INTO %s.members SELECT CONCAT('zoe', id, '@v.test'), CONCAT('zoe', id, '@v.test'), 'h', id % 7 = 0 FROM %s.customers LIMIT 300",
  "INSERT INTO %s.members VALUES ('no address of zoe', NULL, 'h', 0)",
  'CREATE TABLE %s.member_option (id INT AUTO_INCREMENT PRIMARY KEY, member_email VARCHAR(120), option_name VARCHAR(190), option_value TEXT, KEY (member_email))',
  "INSERT INTO %s.member_option (member_email, option_name, option_value) SELECT email, CONCAT('reset_token_', email), 'x' FROM %s.members",
  "INSERT INTO %s.member_option (member_email, option_name, option_value) SELECT email, 'session_tokens', 'x' FROM %s.members LIMIT 2",
];

test('nobody is named where a key may be an address: neither in a statement, nor among examples, nor by a key of a key/value table', async () => {
  const { db, close } = openDatabase(desk.env.DATABASE_URL!, { ledgerExists: false, connections: 1 });
  const run = (statement: string) =>
    sql.raw(statement.replaceAll('%s', `\`${desk.companySchema}\``)).execute(db);
  try {
    for (const statement of MEMBERS) await run(statement);
    const file = desk.file('members.yaml', (text) =>
      text.replace(
        /\ndatabase:\n[\s\S]*$/,
        `
database:
  customers:
    table: members
    key: email
    email: email
    name: spoken
    language: spoken
    leaveOut: [{ when: "closed = 1", because: closed accounts }]
  retire:
    - { table: members, key: email, column: pw, dead: null }
  revoke: []
`,
      ),
    );
    const { out, err } = await desk.start([file]);
    const { out: json } = await desk.start([file, '--json']);
    expect(out).toMatch(/left out +\d+ {2}closed accounts\n/);
    const [, keys, addresses] = out
      .match(
        /The key members\.email may say whose it is: of (\d+) customers it is no number, UUID or digest, of (\d+) an address\.\nTemporal and the dot journals get a MAC in its place\.\n/,
      )!
      .map(Number);
    expect([keys, JSON.parse(json).company.classification.personalKeys]).toEqual([
      addresses! + 1,
      { customers: keys, addresses },
    ]);
    expect(addresses).toBeGreaterThan(200);
    expect(out).toMatch(/address-\w+ +1 {2}/);
    expect(out).toContain("<= 'the last key of the range'");
    expect(out).toMatch(
      /- Keys of member_option look like credentials, and no entry takes them: reset_token_… \(301\), session_tokens \(2\)/,
    );
    for (const text of [out, err, json]) expect(text).not.toMatch(/zoe/);
  } finally {
    for (const table of ['members', 'member_option']) await run(`DROP TABLE %s.${table}`);
    await close();
  }
});

test('a column for the place that is not there is named', async () => {
  const file = desk.file('no-column.yaml', () => WHOLE_EXAMPLE.replace('region: region', 'region: state'));
  const { code, out } = await desk.start([file]);
  expect(code).toBe(1);
  expect(out).toMatch(
    /There is no column state in customers \(database\.customers\.region\)\n +-> correct database\.customers\.region/,
  );
});
