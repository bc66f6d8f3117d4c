import { assignment, isKept, missingSettings, sessionSettings } from '../../src/company/session-settings';

const settings = sessionSettings({});
const setting = (name: string) => settings.find((known) => known.name === name)!;

test.each([
  ['sql_mode', 'NO_ENGINE_SUBSTITUTION,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO'],
  ['autocommit', 'ON'],
  ['autocommit', '1'],
  ['sql_safe_updates', '0'],
  ['max_statement_time', '0.000000'],
  ['sql_select_limit', '18446744073709551615'],
  ['character_set_client', 'utf8mb4'],
])('%s is kept if the server answers %s', (name, answer) => {
  expect(isKept(setting(name), answer)).toBe(true);
});

test.each([
  ['sql_mode', 'ANSI_QUOTES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'],
  ['sql_mode', 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'],
  ['sql_mode', ''],
  ['autocommit', 'OFF'],
  ['autocommit', 'undefined'],
  ['sql_safe_updates', '1'],
  ['max_statement_time', '0.050000'],
  ['sql_select_limit', '100'],
  ['sql_select_limit', '18446744073709551614'],
  ['character_set_client', 'utf8mb3'],
  ['character_set_client', 'gbk'],
  ['collation_connection', 'utf8mb4_general_ci'],
  ['time_zone', 'SYSTEM'],
])('%s is not kept if the server answers %s', (name, answer) => {
  expect(isKept(setting(name), answer)).toBe(false);
});

test('a server that lacks a setting which each server has is refused', () => {
  const all = new Set(settings.map(({ name }) => name));
  const without = (...names: string[]) => new Set([...all].filter((name) => !names.includes(name)));
  expect(missingSettings(settings, all)).toEqual([]);
  expect(missingSettings(settings, without('tx_isolation', 'explain_format'))).toEqual([]);
  expect(missingSettings(settings, without('sql_mode'))).toEqual([setting('sql_mode')]);
  const none = missingSettings(settings, without('tx_isolation', 'transaction_isolation'));
  expect(none.map(({ name }) => name)).toEqual(['tx_isolation', 'transaction_isolation']);
});

test('the statement that sets them names each once, numbers bare and words quoted', () => {
  expect(assignment(setting('sql_select_limit'))).toBe('sql_select_limit = 18446744073709551615');
  expect(assignment(setting('time_zone'))).toBe("time_zone = '+00:00'");
  expect(assignment(setting('system_versioning_asof'))).toBe('system_versioning_asof = DEFAULT');
  expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
});
