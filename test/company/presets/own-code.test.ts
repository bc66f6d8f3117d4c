import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { loadPresets, presetMapping } from '../../../src/company/presets';
import type { DatabaseMapping } from '../../../src/incident/database-schema';
import { ownSchema } from '../../own-schema';
import { ownKeycloak } from './own-code/keycloak-server';
import { ask, djangoPython, type Part, whyMissing, wordpressFolder } from './own-code/parts';
import { ownFixture } from './own-fixture';
import { plainExpiry } from './plain-expiry';
import { CUTOFF, PRESET_CASES, type PresetCase } from './preset-cases';

/*
 * What a login refuses and what a reset needs is asked of the systems' own code, where a package registry has it
 * (install-own-code.sh); else it is said which of it PHP itself answers. A part that is not here is skipped with the reason.
 */
const folder = mkdtempSync(join(tmpdir(), 'own-code-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

whereThereIs(
  ['php', 'wordpress'],
  'WordPress 6.1: login refuses, cookie and old key are dead, "lost password" works',
  async () => {
    const { before, after } = await aroundTheExpiry('wordpress', (phase, url) =>
      ask('php', [script('wordpress.php'), phase, wordpressFolder, join(folder, 'wordpress.json')], url),
    );
    expect(before).toMatchObject({
      'the password signs in by name': true,
      'the password signs in by address': true,
      'an old MD5 signs in': true,
      'the cookie signs in': true,
      'the reset key is good': true,
    });
    expect(after).toMatchObject({
      'the password signs in by name': false,
      'the password signs in by address': false,
      'an old MD5 signs in': false,
      'the value itself signs in': false,
      'the cookie signs in': false,
      'the reset key is good': false,
      '"lost password" sends a mail': true,
      'the new reset key is good': true,
      'the new password signs in': true,
    });
  },
);

whereThereIs(
  ['php'],
  'Laravel 8: login refuses without throwing, cookie and old link are dead, the reset works (C73)',
  async () => {
    const { before, after } = await aroundTheExpiry('laravel', (phase, url) =>
      ask('php', [script('laravel.php'), phase, join(folder, 'laravel.txt')], url),
    );
    expect(before).toMatchObject({
      'the password signs in': true,
      'the remembering cookie signs in': true,
      'the reset link is good': true,
    });
    expect(after).toEqual({
      'the password signs in': false,
      'the value itself signs in': false,
      'the remembering cookie signs in': false,
      'the reset link is good': false,
      'sessions elsewhere can see the change': true,
      'the reset is done': true,
      'the new password signs in': true,
    });
  },
);

whereThereIs(
  ['django'],
  'Django 5.2: login refuses, session and old link are dead, the reset works and would not with "!" (C73)',
  async () => {
    const { before, after } = await aroundTheExpiry('django', (phase, url) =>
      ask(djangoPython, [script('django.py'), phase, join(folder, 'django.json')], url),
    );
    expect(before).toMatchObject({
      'the password signs in': true,
      'the session is good': true,
      'the reset link is good': true,
    });
    expect(after).toMatchObject({
      'the password signs in': false,
      'the value itself signs in': false,
      'the session is good': false,
      'the reset link is good': false,
      'the reset finds the account': true,
      'the new reset link is good': true,
      'the new password is taken': true,
      'the new password signs in': true,
      'who has no password can reset': false,
      'a value that begins with ! can be reset': false,
    });
  },
);

whereThereIs(
  ['keycloak'],
  'Keycloak 26: login refuses without an error, refresh tokens are dead, the mailed reset works',
  async () => {
    const schema = await ownSchema('own-keycloak');
    const connection = await createConnection({ uri: schema.url, timezone: 'Z' });
    await connection.query("SET NAMES utf8mb4, time_zone = '+00:00'");
    const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() version');
    const kind = /mariadb/i.test(rows[0]!.version) ? 'mariadb' : 'mysql';
    const keycloak = await ownKeycloak(schema.url, kind);
    try {
      await keycloak.addUser('ann', 'the stolen password');
      const signedIn = await keycloak.login('ann', 'the stolen password');
      expect(signedIn.status).toBe(200);
      expect(await keycloak.refresh(signedIn.refreshToken!)).toBe(true);

      const mapping = mappingOf('keycloak');
      mapping.customers.leaveOut.push({ when: "realm = 'master'", because: 'the test signs in there' });
      const counts = await plainExpiry(connection, schema.companySchema, mapping, inAMinute());
      expect(counts).toMatchObject({ expired: 1, none: 0, leftOut: 1 });
      await keycloak.clearUserCache(); // what the mapping asks for

      expect(await keycloak.login('ann', 'the stolen password')).toMatchObject({
        status: 401,
        error: 'invalid_grant',
      });
      expect(await keycloak.refresh(signedIn.refreshToken!)).toBe(false);

      await keycloak.resetByMail('ann', 'a password of after the notice');
      expect(await keycloak.login('ann', 'a password of after the notice')).toMatchObject({ status: 200 });
      expect(await keycloak.login('ann', 'the stolen password')).toMatchObject({ status: 401 });
    } finally {
      await keycloak.stop();
      await connection.end();
      await schema.drop();
    }
  },
);

describe('what PHP itself does with the values', () => {
  // Drupal, PrestaShop and Shopware ask password_verify; their code is in no registry.
  const hashes = ['wordpress', 'shopware', 'laravel', 'drupal', 'prestashop'].map((id) => [id, deadOf(id)]);
  const wellFormed = ['laravel', 'prestashop'];

  (whyMissing(['php']) === null ? test : test.skip).each(hashes)(
    titleOf(['php'], '%s: no password fits, and nothing is thrown'),
    async (id, value) => {
      const answer = await ask('php', [script('php-hash.php'), value!]);
      expect(answer).toMatchObject({ verifies: [false], complaints: [], saltIsWritten: false });
      if (wellFormed.includes(id!)) expect(answer).toMatchObject({ algorithm: 'bcrypt', length: 60 });
    },
  );
});

test('Magento takes its value for a hash, which no password has: a hash is in hexadecimal digits', () => {
  const [hash, salt, versions] = deadOf('magento').split(':');
  expect([hash, salt, versions]).toEqual([expect.not.stringMatching(/^[0-9a-f]*$/), 'x', '1']);
});

/** `before`, then the expiry by the mapping, then `after`. */
async function aroundTheExpiry(
  id: string,
  askIt: (phase: 'before' | 'after', url: string) => Promise<Record<string, unknown>>,
) {
  const fixture = await ownFixture(caseOf(id));
  try {
    const before = await askIt('before', fixture.url);
    await plainExpiry(fixture.connection, fixture.schema, mappingOf(id), CUTOFF);
    return { before, after: await askIt('after', fixture.url) };
  } finally {
    await fixture.drop();
  }
}

function caseOf(id: string): PresetCase {
  return PRESET_CASES.find((preset) => preset.id === id)!;
}

function mappingOf(id: string): DatabaseMapping {
  const { prefix, answers } = caseOf(id);
  return presetMapping(loadPresets().find((preset) => preset.id === id)!, prefix, answers);
}

function deadOf(id: string): string {
  return mappingOf(id).retire[0]!.dead as string;
}

function script(name: string): string {
  return join(__dirname, 'own-code', name);
}

function inAMinute(): string {
  return new Date(Date.now() + 60_000).toISOString();
}

function titleOf(parts: Part[], title: string): string {
  const missing = whyMissing(parts);
  return missing === null ? title : `${title} (skipped: ${missing})`;
}

function whereThereIs(parts: Part[], title: string, run: () => Promise<void>, milliseconds = 120_000): void {
  (whyMissing(parts) === null ? test : test.skip)(titleOf(parts, title), run, milliseconds);
}
