import type { CatalogColumn } from './catalog';
import { nameWords } from './name-words';

/**
 * What a column seems to hold, by its name, type and comment:
 * - password: what is compared with the password that somebody types, or an older form of it
 * - token: what lets somebody in, or lets them set a password, without the password
 * - secondFactor: what proves the second factor
 * - salt: is of no use without its password
 * - epoch: sessions or signed tokens from before it are refused
 */
export type CredentialKind = 'password' | 'token' | 'secondFactor' | 'salt' | 'epoch';

export interface CredentialLook {
  kind: CredentialKind;
  /** What it looks like, such as "a token". */
  why: string;
}

type NamedColumn = Pick<CatalogColumn, 'name' | 'type' | 'sqlType' | 'length' | 'comment'>;

/**
 * Whether a column looks as if it held a credential; null: it does not. Rather one too many than one too few: what is named here is
 * asked about, and what is not named outlives the expiry unseen (I7).
 * @param inAccounts whether its table is one of accounts: there even a bare `code` or `hash` is asked about.
 */
export function credentialLook(column: NamedColumn, inAccounts: boolean): CredentialLook | null {
  const words = nameWords(column.name);
  const content = contentOf(column);
  if (content === 'nothing') return null;
  if (content === 'number' || content === 'time') {
    if (isEpoch(words, content))
      return { kind: 'epoch', why: 'sessions or signed tokens may be counted by it' };
    return content === 'number' && isNumericCode(words) ? { kind: 'token', why: 'a one-time code' } : null;
  }
  if (isAboutIt(words)) return null;
  const facts: NameFacts = {
    words,
    has: (...any) => any.some((word) => words.includes(word)),
    inAccounts,
    column,
  };
  for (const [kind, why, test] of RULES) if (test(facts)) return { kind, why };
  return null;
}

/** Whether a name says only that something is secret: user.token, secret2. */
export function saysNoKind(name: string): boolean {
  return nameWords(name).every((word) => NO_KIND.has(word));
}

const NO_KIND = new Set('token secret key code hash value user customer client member account'.split(' '));

interface NameFacts {
  words: string[];
  has(...any: string[]): boolean;
  inAccounts: boolean;
  column: NamedColumn;
}

/** The first that holds counts. */
const RULES: [CredentialKind, why: string, (facts: NameFacts) => boolean][] = [
  [
    'token',
    'the answer to a recovery question',
    ({ has }) => has('answer') && has('secret', 'security', 'recovery', 'password', 'question'),
  ],
  ['salt', 'the salt of a hash', ({ words }) => words.includes('salt')],
  [
    'secondFactor',
    'a second factor',
    ({ words, has }) =>
      has('totp', 'hotp', '2fa', 'mfa', 'otpauth', 'authenticator', 'webauthn') ||
      (has('code') && has('backup', 'scratch', 'emergency')) ||
      (has('otp', 'factor') && has('secret', 'key', 'seed', 'backup')) ||
      words.join() === 'otep',
  ],
  [
    'token',
    'what resets or recovers a password',
    ({ has }) =>
      has('reset', 'forgot', 'forgotten', 'recovery', 'recover', 'lost', 'passkey') &&
      has(...PASSWORD, ...RESET_NOUNS, 'pass', 'pw'),
  ],
  [
    'password',
    'a password or its hash',
    ({ has, words, inAccounts }) =>
      has(...PASSWORD) || isOwnWord(words, PASS) || (inAccounts && isOwnWord(words, ['pin'])),
  ],
  [
    'password',
    'what a password is proved by',
    ({ words, inAccounts }) => inAccounts && isOwnWord(words, ['verifier']),
  ],
  ['token', 'a token', ({ words, has }) => has('token', 'jwt', 'bearer') && !words.some(isOtherToken)],
  ['token', 'a secret', ({ has }) => has('secret')],
  ['token', 'a one-time code', ({ has }) => has('otp') || (has('onetime') && has(...RESET_NOUNS, 'pin'))],
  [
    'token',
    'a key that opens something',
    ({ has, inAccounts }) =>
      has('key') && (has(...KEY_OF) || (inAccounts && has('update'))) && !has('public'),
  ],
  ['token', 'a private key', ({ has }) => has('privkey', 'keystore', 'passkey')],
  ['token', 'a code that opens something', ({ has }) => has('code') && has(...CODE_OF)],
  [
    'token',
    'a code or key as long as a hash',
    ({ words, inAccounts, column }) =>
      inAccounts &&
      (words.join() === 'code' || isOwnWord(words, ['key'])) &&
      [32, 40, 64, 96, 128].includes(column.length ?? 0),
  ],
  [
    'token',
    'a hash that opens something',
    ({ words, has, inAccounts }) =>
      has(...HASH) &&
      (has(...HASH_OF) || (inAccounts && has('act'))) &&
      isOwnWord(words, [...HASH, ...HASH_OF, 'act']),
  ],
  [
    'password',
    'a hash of an account',
    ({ words, inAccounts }) => isOwnWord(words, HASH) && (inAccounts || words.length > 1),
  ],
  ['token', 'a link that opens something', ({ has }) => has('link') && has(...LINK_OF)],
  [
    'token',
    'what a browser is remembered by',
    ({ has, words }) =>
      has('remember', 'autologin', 'persistence', 'rememberme') ||
      (words.at(-1) === 'cookie' && (words.length === 1 || has(...COOKIE_OF))),
  ],
  [
    'token',
    'a session',
    ({ words, inAccounts }) => inAccounts && isOwnWord(words, SESSION) && words.some(isSession),
  ],
  [
    'token',
    'what an account is activated by',
    ({ words, inAccounts }) => inAccounts && ALONE.has(words.join()),
  ],
  ['epoch', 'a stamp that signed cookies hold', ({ words }) => words.join(' ') === 'security stamp'],
  [
    'epoch',
    'the id that signed tokens must have',
    ({ words, inAccounts }) => inAccounts && words.at(-1) === 'jti',
  ],
  [
    'token',
    'data of a login',
    ({ has, words }) =>
      words.includes('credential') || (has('auth') && has('data', 'blob', 'json', 'cookie')),
  ],
  ['password', 'a password, by its comment', ({ column }) => COMMENT.test(column.comment)],
];

export const PASSWORD = (
  'password passwd pwd passwort kennwort passphrase passw passhash contrasena contrasenya senha wachtwoord losenord passord adgangskode ' +
  'salasana haslo heslo geslo lozinka jelszo parola mdp passe motdepasse mima sifre'
).split(' ');
/** Only with words of whose or which it is: a boarding pass is none. */
const PASS = ['pass', 'pw', 'clave', 'passcode', 'losen', 'sifra', 'ha1', 'ntlm'];
const RESET_NOUNS = [
  'token',
  'key',
  'code',
  'hash',
  'selector',
  'verifier',
  'validator',
  'link',
  'string',
  'secret',
];
const KEY_OF = (
  'api access secret private auth authentication session sess login remember activation act activate reset recovery confirm ' +
  'confirmation verify verification validation consumer secure security master encryption otp hash persistent autologin signing ' +
  'pass passwd'
).split(' ');
const CODE_OF = (
  'activation activate reset verification verify validation confirm confirmation auth authentication authorization otp login secret ' +
  'remember forgot forgotten recovery recover unlock sms persist persistence 2fa mfa access security device'
).split(' ');
const HASH = ['hash', 'hashed', 'digest', 'md5', 'sha1', 'sha256', 'sha512', 'bcrypt', 'argon2'];
const HASH_OF =
  'auth authentication session remember cookie activation confirm confirmation verify verification api key'.split(
    ' ',
  );
const LINK_OF = 'magic login reset activation confirm confirmation verification recovery'.split(' ');
const COOKIE_OF = ['login', 'auth', 'session', 'user', 'persistent'];
const SESSION = ['session', 'sess', 'sessid', 'phpsessid', 'sid', 'id', 'key', 'data'];
const ALONE = new Set(
  'key activation,key activation user,activation activation,string confirmation verification recover'.split(
    ' ',
  ),
);

function isSession(word: string): boolean {
  return ['session', 'sess', 'sessid', 'phpsessid', 'sid'].includes(word);
}

/** Says whose or which one it is, and nothing that would make it something else. */
const WHOSE = new Set(
  (
    'user usr customer cust client member account admin staff employee shopper buyer person login web site shop my own new old prev ' +
    'previous last current temp tmp first second legacy original initial default plain raw md5 sha sha1 sha256 sha512 bcrypt crypt crypted ' +
    'srp nt lm encrypted enc encoded hash hashed value db u c bp security auth secure backup'
  ).split(' '),
);

/** One of `those`, and beside it only words of whose or which it is. */
function isOwnWord(words: string[], nouns: string[]): boolean {
  return (
    words.some((word) => nouns.includes(word)) &&
    words.every((word) => nouns.includes(word) || WHOSE.has(word))
  );
}

/** Tokens that open no account: addresses of a device, of a card at a payment company, of a page; pieces of text; coins. */
function isOtherToken(word: string): boolean {
  return OTHER_TOKENS.has(word);
}

const OTHER_TOKENS = new Set(
  (
    'csrf xsrf push fcm apns gcm firebase onesignal payment card stripe vault billing gateway sync cursor next page pagination ' +
    'continuation spam stem search nft erc20 contract prompt completion input output usage limit per used'
  ).split(' '),
);

/** The last word of an English name says what it is: a password hint is a hint, the count of resets a count. */
function isAboutIt(words: string[]): boolean {
  const head = words.at(-1) ?? '';
  return ABOUT.has(head) || (head === 'id' && !words.some(isSession)) || ['csrf', 'xsrf'].includes(words[0]!);
}

const ABOUT = new Set(
  (
    'at on date datetime time timestamp ts day hour minute second ttl expiry expire expires expired expiration lifetime timeout duration ' +
    'interval count counter num total attempt try failure failed limit max min length len size bit iteration iter round cost strength ' +
    'score algo algorithm method type kind class scheme format version encoder encoding mode level policy rule regex pattern required ' +
    'require enabled enable disabled active activated verified confirmed changed change updated created modified used sent shown seen ' +
    'hidden revoked locked status state flag stage step hint question label title name description desc note comment message subject ' +
    'body template url uri path page file filename image icon endpoint host ip agent browser platform provider driver vendor scope ' +
    'permission role group uid guid uuid index idx position order sort locale lang reason error mapping prefix suffix eight four iv ' +
    'nonce lock price amount balance rate currency symbol supply decimal validity reminder interface frequency usage number'
  ).split(' '),
);

/** A name may say nothing where the comment does. */
const COMMENT =
  /\bpass ?word|passwort|kennwort|mot de passe|contraseña|\bsenha\b|wachtwoord|парол|密码|密碼|口令|パスワード|비밀번호|şifre/i;

/** What a column of this type can hold of a credential. */
function contentOf({ type, sqlType, length }: NamedColumn): 'text' | 'number' | 'time' | 'nothing' {
  if (/^(char|varchar|binary|varbinary)$/.test(type)) return (length ?? 0) > 3 ? 'text' : 'nothing';
  if (/text$|blob$|^json$|^uuid$/.test(type)) return 'text';
  if (/^(datetime|timestamp)$/.test(type)) return 'time';
  if (/int$|^decimal$/.test(type) && !/^tinyint\(1\)/.test(sqlType)) return 'number';
  return 'nothing';
}

/** token_version, session_epoch, tokens_valid_after: what an application raises to end all sessions at once. */
function isEpoch(words: string[], content: 'number' | 'time'): boolean {
  if (content === 'number' && words.join(' ') === 'force logout') return true;
  const bearers = ['token', 'session', 'credential', 'jwt', 'auth', 'cookie', 'login'];
  if (!words.some((word) => bearers.includes(word))) return false;
  if (content === 'number' && ['version', 'epoch', 'generation', 'serial'].includes(words.at(-1)!))
    return true;
  const has = (...any: string[]) => any.some((word) => words.includes(word));
  if (words.at(-1) === 'cutoff') return true;
  return has('valid', 'invalid', 'invalidated') && has('after', 'since', 'from', 'before', 'at');
}

function isNumericCode(words: string[]): boolean {
  if (isAboutIt(words)) return false;
  return (
    isOwnWord(words, ['otp', 'pin']) ||
    (words.includes('code') && words.some((word) => CODE_OF.includes(word)))
  );
}
