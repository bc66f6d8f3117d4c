import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ApplicationFailure,
  defaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import { framesOf } from '../../src/activities/declare-activity';
import {
  FAILURES,
  type FailureCode,
  failure,
  neverSettles,
  toFailure,
  unfitFor,
} from '../../src/activities/failure';
import { EntryRefusedError, LaneLostError, PasswordStaysError } from '../../src/company/expire-range';
import { CommitUnknownError } from '../../src/company/in-transaction';
import { SessionRefusedError } from '../../src/company/session';
import { sessionSettings } from '../../src/company/session-settings';

const circular = new Error('outer');
circular.cause = new Error('inner', { cause: circular });
const driver = Object.assign(new Error("Duplicate entry 'ann@x.test' for key 'email'"), {
  code: 'ER_DUP_ENTRY',
  errno: 1062,
  affected: 12n,
});

/** As it enters Temporal. */
const sent = (thrown: unknown) =>
  defaultFailureConverter.errorToFailure(toFailure(thrown), defaultPayloadConverter);

test.each(['ER_DISK_FULL', 'ER_RECORD_FILE_FULL'])('%s is told as the full disk that it is', (code) => {
  const full = Object.assign(new Error("The table 'notices' is full"), { code, errno: 1114 });
  expect(toFailure(full).message).toBe("The database's disk is full: make room, then resume");
});

test.each<[string, unknown, string]>([
  ['a circular cause', circular, 'Error'],
  ["a driver's error with a BigInt and a customer's address", driver, 'ER_DUP_ENTRY'],
  ['a lone surrogate', Object.assign(new Error('\ud800'), { code: 'ECONNRESET' }), 'ECONNRESET'],
])(
  '%s becomes a failure with a code that Temporal can carry, and nothing of its words (C48)',
  (_, thrown, type) => {
    const { applicationFailureInfo, cause, message } = sent(thrown);
    expect(applicationFailureInfo).toMatchObject({ type, nonRetryable: false });
    expect(cause ?? null).toBeNull();
    expect(message).not.toMatch(/x\.test|inner|outer|\ud800/);
  },
);

test('a refusal of the expiry is told with the entry that it is about, but for codes that have words of their own', () => {
  const refused = (code: string, errno: number) => {
    const cause = Object.assign(new Error("Truncated incorrect DOUBLE value: 'ann@x.test'"), { code, errno });
    return sent(new EntryRefusedError('ending sessions.token, database.revoke.0', cause));
  };
  const told = refused('ER_TRUNCATED_WRONG_VALUE', 1292);
  expect(told.message).toMatch(
    /^The database refuses ending sessions\.token, database\.revoke\.0 \(ER_TRUNCATED_WRONG_VALUE, 1292\): the dry run/,
  );
  expect(told.cause ?? null).toBeNull();
  expect(refused('ER_LOCK_DEADLOCK', 1213).message).toMatch(/^The database reported deadlocks/);
});

test('a session that the server does not keep is told whole: it holds settings alone (C55)', () => {
  const setting = sessionSettings({}).find(({ name }) => name === 'sql_select_limit')!;
  const refused = new SessionRefusedError([{ setting, kept: '100', refusal: null }]);
  expect(toFailure(refused)).toMatchObject({
    type: 'SESSION_REFUSED',
    nonRetryable: false,
    message: expect.stringContaining('sql_select_limit is 100, not 18446744073709551615'),
  });
});

const NEVER_RETRIED: FailureCode[] = ['UnknownIncident', 'IncidentLost', 'JOURNAL_DELETED'];
const codes = Object.keys(FAILURES) as FailureCode[];
const ofAnyFacts: (code: FailureCode, ...facts: string[]) => ApplicationFailure = failure;

test.each(codes)('%s says whether it is retried, as its row does', (code) => {
  const thrown = ofAnyFacts(code, 'FACT', 'FACT', 'FACT');
  expect(thrown).toMatchObject({ type: code, nonRetryable: NEVER_RETRIED.includes(code) });
  expect(thrown.message).toMatch(/^(FACT|[A-Z].*[^.:])$/);
  expect(FAILURES[code].retried).toBe(!NEVER_RETRIED.includes(code));
});

test.each<[Error & { code?: string }, string]>([
  [new LaneLostError('expire-1'), 'LaneLost'],
  [new PasswordStaysError({ after: null, upTo: '7' }, 'customers'), 'PASSWORD_STAYS'],
  [new CommitUnknownError(null), 'COMMIT_UNKNOWN'],
  [Object.assign(new Error(), { code: 'ECONNREFUSED', syscall: 'connect', errno: -111 }), 'ECONNREFUSED'],
  [Object.assign(new Error(), { code: 'EHOSTUNREACH', syscall: 'connect', errno: -113 }), 'EHOSTUNREACH'],
  [Object.assign(new Error(), { code: 'ER_PARSE_ERROR', errno: 1064 }), 'ER_PARSE_ERROR'],
  [Object.assign(new Error(), { code: 'toString' }), 'toString'],
  [new TypeError('a defect'), 'TypeError'],
])('what other rooms throw is retried: %s', (thrown, type) => {
  expect(toFailure(thrown)).toMatchObject({ type, nonRetryable: false });
});

test('a worker that failed where another would do better leaves the work to others', () => {
  const left = (error: unknown) => unfitFor(toFailure(error));
  expect(left(failure('OtherContent', 'c0ffee', 'decade'))).toBe('for a while');
  expect(left(failure('UnknownActivity', 'tellSlice'))).toBe('for a while');
  expect(left(failure('RelayLacking', 'two', 'one'))).toBe('for a while');
  expect(left(failure('OtherRelay', 'two', 'a:25', 'b:25'))).toBe('for a while');
  expect(left(Object.assign(new Error(), { code: 'MODULE_NOT_FOUND' }))).toBe('for good');
  const lost = (path: string) => Object.assign(new Error(), { code: 'ENOENT', syscall: 'open', path });
  expect(left(lost(join(__dirname, '..', '..', 'src', 'notice', 'templates', 'notice.mjml')))).toBe(
    'for good',
  );
  for (const error of [lost('/var/log/mail.log'), failure('LaneLost'), new TypeError('a defect')])
    expect(left(error)).toBeNull();
});

test('what an activity has thrown by the table passes as it is', () => {
  const thrown = failure('OtherContent', 'c0ffee', 'decade');
  expect(toFailure(thrown)).toBe(thrown);
  expect(thrown.message).toBe(
    "This worker's notices (c0ffee) are not those that the run was started with (decade): run a worker of the version that started the run",
  );
});

test('settling a claim gives up at once where the row breaks a rule or the claim is gone, else not', () => {
  const never = codes.filter((code) => neverSettles({ code }));
  expect(never).toEqual(['CLAIM_LOST', 'ER_CHECK_CONSTRAINT_VIOLATED']);
  expect([{ code: 'ER_DUP_ENTRY' }, new Error()].some(neverSettles)).toBe(false);
});

const root = join(__dirname, '..', '..', 'src');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

test('nobody but the table makes a failure of an activity', () => {
  const makers = sources.filter(({ text }) => /ApplicationFailure\.\w+\(|new ApplicationFailure/.test(text));
  expect(makers.map(({ path }) => path)).toEqual(['activities/failure.ts']);
});

/** Of errors that no activity meets: of the program's start, and of decisions at the command line. */
const NO_ACTIVITY_MEETS = ['DATABASE_URL', 'INCIDENT_OVER', 'NOT_DUE', 'ROW_CHANGED'];
/** A time-out while a session is agreed on: as every other of the network. */
const OF_THE_NETWORK = ['ETIMEDOUT'];

test('each code that our own errors bear has its row', () => {
  const borne = sources.flatMap(({ text }) =>
    [...text.matchAll(/readonly code = '(\w+)'|\{ code: '(\w+)' \}/g)].map(([, own, given]) => own ?? given!),
  );
  const known: string[] = [...codes, ...NO_ACTIVITY_MEETS, ...OF_THE_NETWORK];
  expect(borne).toEqual(expect.arrayContaining(['PASSWORD_STAYS', 'CLAIM_LOST', 'ENOSPC']));
  expect(borne.filter((code) => !known.includes(code))).toEqual([]);
});

test("the worker's log says where an error of our own was thrown, and nothing of its message, in however many lines (C93)", () => {
  const frames = framesOf(new TypeError('no ann@x.test\n    at ann@x.test'));
  expect(frames[0]).toMatch(/failure\.test\.ts:\d+:\d+\)?$/);
  expect(frames.length).toBeLessThanOrEqual(10);
  expect(frames.join()).not.toContain('ann@x.test');
  const renamed = new Error('Duplicate entry ann@x.test\n    at ann@x.test');
  expect(renamed.stack).toContain('ann@x.test');
  renamed.message = 'of the driver';
  expect(framesOf(renamed)).toEqual([]);
  expect([framesOf(failure('LaneLost')), framesOf('thrown'), framesOf(undefined)]).toEqual([[], [], []]);
});
