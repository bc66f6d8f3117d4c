import { conditionProblem, namedInSql, selectProblem, withSchema } from '../../src/incident/operator-sql';

test.each([
  `meta_key = 'session_tokens'`,
  `name = 'it''s; -- fine' AND note <> "a # b"`,
  'guest = 1 OR (`odd``name` IS NULL)',
  `path LIKE 'a\\'; b'`,
  'EXISTS (SELECT 1 FROM {schema}.staff s WHERE s.id = c.id)',
  '((a) AND (b))',
  "name = 'what???'",
])('%s is a condition', (text) => {
  expect(conditionProblem(text)).toBeNull();
});

test.each([
  ['1 = 1; DROP TABLE customers', 'one expression, without ;'],
  ['1 = 1 -- and more', 'an expression without comments (--, #, /* */)'],
  ['1 = 1 # and more', 'an expression without comments (--, #, /* */)'],
  ['1 /* hidden */ = 1', 'an expression without comments (--, #, /* */)'],
  ['1 = 1) OR (1 = 1', 'as many closing parentheses as opening ones, in their order'],
  ['(1 = 1', 'as many closing parentheses as opening ones, in their order'],
  ["id = ? OR name = 'a?'", 'an expression without ? outside of quotes: the driver would put a value there'],
  ["name = 'open", 'every quote closed'],
  ['??? a condition', 'the condition in its place'],
  ["name = 'a???", 'every quote closed'],
  [')(', 'as many closing parentheses as opening ones, in their order'],
  ['(a)) OR ((b)', 'as many closing parentheses as opening ones, in their order'],
  ["name = 'a\\'", 'every quote closed'],
  [
    'id IN (SELECT id FROM {schema}.staff FOR UPDATE)',
    'an expression that only reads, without FOR UPDATE, FOR SHARE and LOCK IN SHARE MODE',
  ],
  [
    'id IN (SELECT id FROM {schema}.staff lock\nin share mode)',
    'an expression that only reads, without FOR UPDATE, FOR SHARE and LOCK IN SHARE MODE',
  ],
  ["(SELECT 'x' INTO OUTFILE '/tmp/x')", 'an expression that only reads, without INTO'],
])('%s is none: %s', (text, wanted) => {
  expect(conditionProblem(text)).toBe(wanted);
});

test.each([
  ['SELECT id, email FROM {schema}.users', null],
  ['with u as (select 1 as id) select id from u', null],
  ['users', 'a statement that begins with SELECT or WITH'],
  ['DELETE FROM users WHERE id IN (SELECT 1)', 'a statement that begins with SELECT or WITH'],
  ['DELETE FROM users', 'a statement that begins with SELECT or WITH'],
  ['SELECT 1; DELETE FROM users', 'one expression, without ;'],
  ['SELECT id FROM users FOR UPDATE', 'a SELECT that only reads, without INTO and without locks'],
  ['SELECT id FROM users LOCK IN SHARE MODE', 'a SELECT that only reads, without INTO and without locks'],
])('a SELECT of the customers: %s', (text, problem) => {
  expect(selectProblem(text)).toBe(problem);
});

test('the schema is put where it is no text', () => {
  expect(withSchema("SELECT '{schema}' FROM {schema}.a JOIN {schema}.`{schema}`", '`my``shop`')).toBe(
    "SELECT '{schema}' FROM `my``shop`.a JOIN `my``shop`.`{schema}`",
  );
});

test.each<[string, string[], string[]]>([
  ['meta_key = \'session_tokens\' AND `e-mail` <> "note"', [], ['meta_key', 'e-mail']],
  ['SELECT u.*, COUNT(*) FROM {schema}.Users u WHERE a > 2 * b', ['users u'], ['u.*', 'a', 'b']],
  ['SELECT * FROM {schema}.`my table` AS `t`', ['my table t'], ['*']],
  [
    'SELECT p.id, m.`value` FROM {schema}.people p LEFT JOIN {schema}.meta ON meta.person = p.id',
    ['people p', 'meta meta'],
    ['p.id', 'm.value', 'meta.person', 'p.id'],
  ],
  // What is in quotes names nothing, whatever is escaped in it.
  ["a = 'it\\'s b' AND c = \"x\\\"y z\" AND d = 'p''q r' AND e = 1", [], ['a', 'c', 'd', 'e']],
  ['a = \'x\\\n\' AND b = "y\\\n" AND c = 1', [], ['a', 'b', 'c']],
  [
    'SELECT DISTINCT *, b FROM {schema}.t WHERE selected * 2 > 1 AND a * b > 3',
    ['t t'],
    ['*', 'b', 'selected', 'a', 'b'],
  ],
  ['overall * 2 > 0xFF', [], ['overall']],
  ['SELECT a, * FROM {schema}.t', ['t t'], ['a', '*']],
  ['1 < 2 AND 3 = x', [], ['x']],
  ['', [], []],
  ['größe = 1 OR EXISTS (SELECT 1 FROM {schema}.staff)', ['staff staff'], ['größe']],
])('the names in %s', (text, tables, names) => {
  const named = namedInSql(text);
  expect(named.tables.map(({ table, alias }) => `${table} ${alias}`)).toEqual(tables);
  expect(named.names.map(({ of, name }) => (of === null ? name : `${of}.${name}`))).toEqual(names);
});
