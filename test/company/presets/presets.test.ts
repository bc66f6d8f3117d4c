import { escapeId, type RowDataPacket } from 'mysql2/promise';
import type { CompanyCatalog } from '../../../src/company/catalog';
import { loadPresets, type Preset, presetMapping } from '../../../src/company/presets';
import { uncoveredCredentials } from '../../../src/company/uncovered-credentials';
import type { DatabaseMapping } from '../../../src/incident/database-schema';
import { type OwnFixture, ownFixture } from './own-fixture';
import { plainExpiry } from './plain-expiry';
import { CUTOFF, PRESET_CASES } from './preset-cases';

const presets = new Map(loadPresets().map((preset) => [preset.id, preset]));

test('each shipped mapping is tested here', () => {
  expect([...presets.keys()]).toEqual(PRESET_CASES.map(({ id }) => id).sort());
});

describe.each(PRESET_CASES)('the mapping of $id', (presetCase) => {
  const { id, prefix, answers } = presetCase;
  const preset = presets.get(id)!;
  let fixture: OwnFixture;
  let catalog: CompanyCatalog;
  let mapping: DatabaseMapping;

  // One for all: only the last test changes it.
  beforeAll(async () => {
    fixture = await ownFixture(presetCase);
    catalog = fixture.catalog;
    mapping = presetMapping(preset, prefix, answers);
  });
  afterAll(() => fixture.drop());

  test('is recognized, and by its own tables alone', () => {
    const recognized = [...presets.values()].filter((other) =>
      PRESET_CASES.some((preset) => isRecognized(other, preset.prefix, catalog)),
    );
    expect(recognized.map((other) => other.id)).toEqual([id]);
  });

  test('asks about places that it has', () => {
    const section = preset.database as Record<string, unknown>;
    const lost = preset.asks.filter(({ path }) => placeAt(section, path.split('.')) === undefined);
    // What a section may have and this one leaves at its default can be asked about, too.
    expect(lost.map(({ path }) => path).filter((path) => path !== 'customers.leaveOut')).toEqual([]);
  });

  test('names only columns that exist', () => {
    const { customers, retire, revoke, ignored } = mapping;
    const named = [
      ...retire.flatMap(({ table, key, column, setAt }) => [
        [table, key],
        [table, column],
        ...(setAt ? [[table, setAt.column]] : []),
      ]),
      ...revoke.flatMap(({ table, key, email, column, createdAt, via }) => [
        [table, key ?? email!],
        ...(column ? [[table, column]] : []),
        ...(createdAt ? [[table, createdAt.column]] : []),
        ...(via
          ? [
              [via.table, via.key],
              [via.table, via.column],
            ]
          : []),
      ]),
      ...ignored.flatMap(({ table, column }) => (column && hasTable(table) ? [[table, column]] : [])),
      ...(customers.table ? [[customers.table, customers.key]] : []),
    ] as [string, string][];
    expect(named.filter(([table, column]) => !hasColumn(table, column))).toEqual([]);

    function hasTable(name: string) {
      return catalog.tables.some((table) => table.name === name);
    }
    function hasColumn(table: string, name: string) {
      return catalog.columns.some((column) => column.table === table && column.name === name);
    }
  });

  test('gives each customer once, and knows what each column of theirs is', async () => {
    const { customers } = mapping;
    const { key, email, name, language, country, region, createdAt } = customers;
    const columns = [key, email, name, language, country, region, createdAt?.column].filter(
      (column) => !!column,
    );
    const rows = await select(
      `SELECT ${columns.map((column) => escapeId(column!)).join(', ')} FROM ${source()}`,
    );
    expect(new Set(rows.map((row) => JSON.stringify(row[key]))).size).toBe(rows.length);
    const { expired, changedSince, none, leftOut, younger } = presetCase.expected;
    expect(rows).toHaveLength(expired + changedSince + none + leftOut + younger);
    expect(rows.some((row) => row[email] === 'ann@x.test' && name !== null && /ann/i.test(row[name]))).toBe(
      true,
    );
    if (language !== null)
      expect(rows.map((row) => row[language])).toEqual(
        expect.arrayContaining([expect.stringMatching(/^(de|en)/)]),
      );
    if (region !== null)
      expect(rows.map((row) => `${row[country!]} ${row[region]}`)).toEqual(
        expect.arrayContaining([expect.stringMatching(/^US (US-)?CA$/)]),
      );
  });

  test('has conditions that the server accepts', async () => {
    const { customers, retire, revoke } = mapping;
    const statements = [
      ...customers.leaveOut.map(({ when }) => `SELECT 1 FROM ${source()} WHERE (${when})`),
      ...retire.map(({ table, usable }) => `SELECT 1 FROM ${escapeId(table)} WHERE (${usable ?? '1'})`),
      ...revoke.map(({ table, where }) => `SELECT 1 FROM ${escapeId(table)} WHERE (${where ?? '1'})`),
    ];
    for (const statement of statements) await select(`EXPLAIN ${statement}`);
  });

  test('sets values that the columns hold unchanged, under strict rules', async () => {
    for (const entry of [...mapping.retire, ...mapping.revoke]) {
      if (entry.column === undefined || typeof entry.dead === 'object') continue;
      const [table, column] = [escapeId(entry.table), escapeId(entry.column)];
      await fixture.connection.beginTransaction();
      await fixture.connection.query(`UPDATE ${table} SET ${column} = ?`, [entry.dead]);
      const rows = await select(
        `SELECT COUNT(*) whole, SUM(BINARY ${column} = BINARY ${fixture.connection.escape(entry.dead)}) same FROM ${table}`,
      );
      await fixture.connection.rollback();
      const { whole, same } = rows[0]!;
      expect([entry.table, entry.column, Number(same)]).toEqual([entry.table, entry.column, Number(whole)]);
    }
  });

  test('leaves nothing uncovered that looks like a credential of the system (C40, C65, C66)', () => {
    const uncovered = uncoveredCredentials(catalog, mapping);
    expect(uncovered.map(({ table, column }) => `${table}.${column}`)).toEqual(presetCase.ofTheApplication);
  });

  test('kills all that it must, and nothing else (C40, C41, C65-C73, C77)', async () => {
    const { mustBeDead, mustStay, expected } = presetCase;
    const kept = await Promise.all(mustStay.map(rowsOf));
    for (const [what, statement] of Object.entries(mustBeDead))
      expect([what, (await count(statement)) > 0]).toEqual([what, true]);
    const counts = await plainExpiry(fixture.connection, fixture.schema, mapping, CUTOFF);
    expect(counts).toEqual(expected);
    const alive = await Promise.all(
      Object.entries(mustBeDead).map(async ([what, statement]) => [what, await count(statement)]),
    );
    expect(alive).toEqual(Object.keys(mustBeDead).map((what) => [what, 0]));
    expect(await Promise.all(mustStay.map(rowsOf))).toEqual(kept);
  });

  function source() {
    const { select: text, table } = mapping.customers;
    return text === undefined
      ? escapeId(table!)
      : `(${text.replaceAll('{schema}', escapeId(fixture.schema))}) source`;
  }
  async function select(statement: string): Promise<RowDataPacket[]> {
    const [rows] = await fixture.connection.query<RowDataPacket[]>(statement);
    return rows;
  }
  async function count(statement: string): Promise<number> {
    return Number(Object.values((await select(statement))[0]!)[0]);
  }
  /** In an order that does not depend on the server's. */
  async function rowsOf(statement: string): Promise<[string, string[]]> {
    const rows = await select(statement);
    expect([statement, rows.length > 0]).toEqual([statement, true]);
    return [statement, rows.map((row) => JSON.stringify(row)).sort()];
  }
});

function isRecognized(preset: Preset, prefix: string, catalog: CompanyCatalog): boolean {
  const { tables, columns } = preset.recognizedBy;
  const filled = (name: string) => name.replaceAll('{prefix}', prefix);
  return (
    tables.every((name) => catalog.tables.some((table) => table.name === filled(name))) &&
    Object.entries(columns).every(([table, names]) =>
      names.every((name) =>
        catalog.columns.some((column) => column.table === filled(table) && column.name === name),
      ),
    )
  );
}

function placeAt(value: unknown, [step, ...rest]: string[]): unknown {
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return placeAt((value as Record<string, unknown>)[step], rest);
}
