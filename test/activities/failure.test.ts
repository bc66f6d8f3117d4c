import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { guarded } from '../../src/activities/failure';
import { EntryRefusedError } from '../../src/company/expire-range';
import { SessionRefusedError } from '../../src/company/session';
import { sessionSettings } from '../../src/company/session-settings';

const circular = new Error('outer');
circular.cause = new Error('inner', { cause: circular });
const driver = Object.assign(new Error("Duplicate entry 'ann@x.test' for key 'email'"), {
  code: 'ER_DUP_ENTRY',
  errno: 1062,
  affected: 12n,
});

// Guarded by the last line of toFailure in src/activities/failure.ts: without it a circular cause is followed until the stack ends.
test.each<[string, unknown, string]>([
  ['a circular cause', circular, 'Error'],
  ["a driver's error with a BigInt and a customer's address", driver, 'ER_DUP_ENTRY'],
  ['a lone surrogate', Object.assign(new Error('\ud800'), { code: 'ECONNRESET' }), 'ECONNRESET'],
])(
  '%s becomes a failure with a code that Temporal can carry, and nothing of its words (C48)',
  async (_, thrown, type) => {
    const { fail } = guarded({ fail: () => Promise.reject(thrown) }, () => undefined);
    const error = await fail().catch((found: unknown) => found);
    const failure = defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
    expect(failure.applicationFailureInfo).toMatchObject({ type, nonRetryable: false });
    expect(failure.cause ?? null).toBeNull();
    expect(failure.message).not.toMatch(/x\.test|inner|outer|\ud800/);
  },
);

test('a refusal of the expiry is told with the entry that it is about, but for codes that have words of their own', async () => {
  const failure = async (code: string, errno: number) => {
    const cause = Object.assign(new Error("Truncated incorrect DOUBLE value: 'ann@x.test'"), { code, errno });
    const refused = new EntryRefusedError('ending sessions.token, database.revoke.0', cause);
    const { fail } = guarded({ fail: () => Promise.reject(refused) }, () => undefined);
    const error = await fail().catch((found: unknown) => found);
    return defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
  };
  const told = await failure('ER_TRUNCATED_WRONG_VALUE', 1292);
  expect(told.message).toMatch(
    /^The database refuses ending sessions\.token, database\.revoke\.0 \(ER_TRUNCATED_WRONG_VALUE, 1292\): the dry run/,
  );
  expect(told.cause ?? null).toBeNull();
  expect((await failure('ER_LOCK_DEADLOCK', 1213)).message).toMatch(/^The database reported deadlocks/);
});

test('a session that the server does not keep is told whole: it holds settings alone (C55)', async () => {
  const setting = sessionSettings({}).find(({ name }) => name === 'sql_select_limit')!;
  const refused = new SessionRefusedError([{ setting, kept: '100', refusal: null }]);
  const { fail } = guarded({ fail: () => Promise.reject(refused) }, () => undefined);
  await expect(fail()).rejects.toMatchObject({
    type: 'SESSION_REFUSED',
    nonRetryable: false,
    message: expect.stringContaining('sql_select_limit is 100, not 18446744073709551615'),
  });
});
