import { type CatalogColumn, type CompanyCatalog, columnsOf, isUnique } from './catalog';
import { credentialLook, PASSWORD } from './credential-names';
import { nameWords } from './name-words';
import { isEmailColumn } from './table-links';

export type RowsKind = 'session' | 'token' | 'secondFactor';

/**
 * What the rows of a table seem to be, by its name, where a column could hold them; null: nothing that lets somebody in.
 * @param looks whether a column of it looks like a credential by itself.
 */
export function rowsLook(catalog: CompanyCatalog, table: string, looks: boolean): RowsKind | null {
  const words = nameWords(table);
  const columns = columnsOf(catalog, table);
  if (ABOUT_TABLES.has(words.at(-1)!) || isAboutSomethingElse(table)) return null;
  const carries = looks || columns.some((column) => isCarrier(catalog, column));
  if (words.some((word) => SESSION_WORDS.has(word)))
    return carries || columns.some(isBrowser) ? 'session' : null;
  if (words.some((word) => FACTOR_WORDS.has(word)))
    return carries || columns.some(({ type }) => /text$|blob$|^json$/.test(type)) ? 'secondFactor' : null;
  // Whoever holds a refresh token is let in for as long as the grant is there, and the row itself need hold nothing.
  if (words.includes('oauth') && words.at(-1) === 'grant') return 'token';
  const named =
    words.some((word) => TOKEN_WORDS.has(word)) ||
    TOKEN_PAIRS.some((pair) => pair.every((word) => words.includes(word))) ||
    (words.includes('api') && columns.some(({ name }) => /^(key|secret)$/i.test(name)));
  return named && carries ? 'token' : null;
}

/** Two words that say it together. */
const TOKEN_PAIRS = [
  ['password', 'reset'],
  ['password', 'reminder'],
  ['password', 'recovery'],
  ['password', 'request'],
  ['password', 'link'],
  ['lost', 'password'],
  ['user', 'reset'],
  ['api', 'key'],
  ['auth', 'key'],
  ['auth', 'code'],
  ['oauth', 'code'],
  ['oauth', 'authorization'],
  ['oauth', 'data'],
  ['persisted', 'grant'],
  ['device', 'code'],
  ['data', 'protection'],
  ['auth', 'request'],
  ['access', 'key'],
  ['access', 'grant'],
  ['user', 'key'],
  ['login', 'link'],
  ['login', 'key'],
  ['login', 'code'],
  ['persistent', 'login'],
  ['recovery', 'code'],
  ['backup', 'code'],
  ['onetime', 'code'],
  ['remember', 'me'],
  ['email', 'confirm'],
  ['application', 'password'],
  ['app', 'password'],
];

/** Rails 8 signs a cookie with the row's number: no column holds a secret, but each row says which browser is signed in. */
function isBrowser({ name, type }: CatalogColumn): boolean {
  const words = nameWords(name);
  return (
    /char|text|binary/.test(type) && (words.at(-1) === 'agent' || words[0] === 'ip' || words.at(-1) === 'ip')
  );
}

/** Whether a column could hold what somebody shows to be let in, or what a session knows. */
function isCarrier(catalog: CompanyCatalog, { table, name, type, length }: CatalogColumn): boolean {
  const text =
    /text$|blob$|^json$|^uuid$/.test(type) || (/^(var)?(char|binary)$/.test(type) && (length ?? 0) >= 8);
  if (!text || isForeign(catalog, table, name)) return false;
  const words = nameWords(name);
  if (words.length === 1) return CARRIERS.has(words[0]!);
  if (HEADS.has(words.at(-1)!)) return true;
  return (
    words.every((word) => CARRIERS.has(word) || CARRIER_WORDS.has(word)) &&
    words.some((word) => CARRIERS.has(word))
  );
}

/** Whatever stands before them. */
const HEADS = new Set(['key', 'token', 'hash', 'code', 'secret', 'signature', 'payload']);
const CARRIERS = new Set(
  'id sid sessid session sess token key code hash value secret data xml payload signature content selector validator verifier series ticket jti digest'.split(
    ' ',
  ),
);
const CARRIER_WORDS = new Set(
  'user auth access refresh activation confirmation verification serialized encrypted private public row device'.split(
    ' ',
  ),
);

function isForeign(catalog: CompanyCatalog, table: string, column: string): boolean {
  return catalog.foreignKeys.some((key) => key.table === table && key.columns.includes(column));
}

const SESSION_WORDS = new Set(['session', 'sess']);
const FACTOR_WORDS = new Set(['totp', '2fa', 'mfa', 'webauthn', 'passkey']);
const TOKEN_WORDS = new Set(
  (
    'token credential remember remembered rememberme otp jwt persistence persistent autologin authenticate ' +
    'activation confirmation verification magic secret keystore apikey'
  ).split(' '),
);
/** A table that is called so is about them. */
const ABOUT_TABLES = new Set(
  'type setting config configuration provider client application scope policy price rate template option status role permission'.split(
    ' ',
  ),
);
/** Wherever it stands in the name: records of what happened, and sessions that people sit in. */
const OTHER_TABLES = new Set(
  (
    'log history stat statistic audit report speaker training conference event attempt throttle metric usage translation address ' +
    'course class workshop quiz'
  ).split(' '),
);

export function isAboutSomethingElse(table: string): boolean {
  return nameWords(table).some((word) => OTHER_TABLES.has(word));
}

/** Whether each row is somebody's account: it has an address or a password beside a name. */
export function isAccounts(table: string, columns: CatalogColumn[]): boolean {
  const words = nameWords(table);
  if (words.some((word) => NOT_ACCOUNTS.some((set) => set.has(word)))) return false;
  return (
    columns.some(({ name }) => isPasswordName(name)) ||
    (columns.some(isEmailColumn) && words.some((word) => ACCOUNT_WORDS.has(word)))
  );
}

/** Whether each row is one token and nothing else that somebody would miss: beside it are whose it is, an id, times, other tokens. */
export function isOnlyToken(catalog: CompanyCatalog, column: CatalogColumn, owner: string): boolean {
  const { table, name, nullable } = column;
  if (nullable || !isUnique(catalog, table, name)) return false;
  return columnsOf(catalog, table).every(
    (other) =>
      other.name === name ||
      other.name === owner ||
      /^(datetime|timestamp)$/.test(other.type) ||
      /^(id|uuid|expires|expiry)$/.test(nameWords(other.name).join(' ')) ||
      credentialLook(other, false)?.kind === 'token',
  );
}

function isPasswordName(name: string): boolean {
  const words = nameWords(name);
  return (
    /password|passwd|passwort|pwd/i.test(name) ||
    words.at(-1) === 'pass' ||
    words.some((word) => PASSWORD.includes(word))
  );
}

export const ACCOUNT_WORDS = new Set(
  'user customer account member client person people shopper buyer admin staff employee login profile'.split(
    ' ',
  ),
);
const NOT_ACCOUNTS = [SESSION_WORDS, FACTOR_WORDS, TOKEN_WORDS, new Set(['reset'])];

export function isStaffTable(table: string): boolean {
  return nameWords(table).some((word) => STAFF.includes(word));
}

const STAFF =
  'admin administrator staff employee backend backoffice operator moderator agent seller vendor supplier author'.split(
    ' ',
  );
