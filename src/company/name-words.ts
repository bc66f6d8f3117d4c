/**
 * Names of tables and columns as words: first_name, firstName, FIRSTNAME, `first.name` and firstname all say first, name. Words are in
 * lower case and in the singular where the plural is known.
 */
export function nameWords(name: string): string[] {
  const words = wordsByName.get(name) ?? readWords(name);
  wordsByName.set(name, words);
  return words;
}

/** Names come again and again, and each is asked for many times. */
const wordsByName = new Map<string, string[]>();

function readWords(name: string): string[] {
  const parts = name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((part) => part !== '');
  // prev_pass_1: which of several it is says nothing of what it is.
  const named = parts.filter((part) => !/^\d+$/.test(part));
  return merged((named.length > 0 ? named : parts).flatMap(unglued)).map((word) => SPELLINGS[word] ?? word);
}

/** What is written as two words and is one. */
const SPLIT_WORDS: Record<string, string> = {
  'e mail': 'email',
  'pass word': 'password',
  'pass phrase': 'passphrase',
  'log in': 'login',
  'sign in': 'login',
  'auto login': 'autologin',
  'two factor': '2fa',
  'second factor': '2fa',
  'multi factor': 'mfa',
  'one time': 'onetime',
  '2 fa': '2fa',
  'o auth': 'oauth',
  'web authn': 'webauthn',
  'pass key': 'passkey',
};

/** Other spellings of one word. */
const SPELLINGS: Record<string, string> = {
  twofactor: '2fa',
  tfa: '2fa',
  multifactor: 'mfa',
  authn: 'auth',
  twofa: '2fa',
  oauth1: 'oauth',
  oauth2: 'oauth',
  ses: 'sess',
  pswd: 'passwd',
  psswrd: 'password',
  passwrd: 'password',
  pword: 'password',
  upass: 'pass',
};

function merged(words: string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const pair = SPLIT_WORDS[`${words[i]} ${words[i + 1]}`];
    result.push(pair ?? words[i]!);
    if (pair !== undefined) i++;
  }
  return result;
}

/** Words that are found in names without anything between them, such as passwordhash, sesskey, idcustomer. */
const GLUED = new Set(
  (
    'access account act activation active add added address admin api at auth authentication awaiting backup birth client code confirm ' +
    'confirmation cookie country created crypt customer data date default db digest display email enc expire expires expiry family first forgot ' +
    'full given hash hashed id key lang language last legacy link locale login lost magic mail md5 member modified name new nick number oauth oauth1 oauth2 old otp owner ' +
    'pass passwd passwort password phone pin prev private public pw pwd recovery refresh reg region register registered remember reset salt ' +
    'secret security session sess set sha1 sid state temp time token totp type update updated user username validation value ' +
    'verification verify web'
  ).split(' '),
);

function unglued(part: string): string[] {
  const word = knownWord(part);
  if (GLUED.has(word)) return [word];
  const words = split(part);
  if (words !== null) return words;
  // password2, prev_pass1: the number of it says nothing.
  const bare = part.replace(/(?<=\p{L}{3})\d+$/u, '');
  if (bare !== part && !/^(md|sha|oauth|base|utf|crc)$/.test(bare.replace(/\d/g, '')) && !FIXED.test(part))
    return unglued(bare);
  return aroundCredential(part) ?? [word];
}

const FIXED = /^(md5|sha1|sha224|sha256|sha384|sha512|oauth[12]|base64|argon2|pbkdf2)$/;

/** Wholly made of known words, the longest first; null: it is not. */
function split(part: string): string[] | null {
  for (let end = part.length - 2; end >= 2; end--) {
    const word = knownWord(part.slice(0, end));
    if (!GLUED.has(word)) continue;
    const rest = part.slice(end);
    const last = knownWord(rest);
    const others = GLUED.has(last) ? [last] : split(rest);
    if (others !== null) return [word, ...others];
  }
  return null;
}

/**
 * A name that is not made of known words, but has one in it that no ordinary word has: custpassword, cpsession, tokenstring. Or one that is,
 * after two letters that stand before all names of a system: OXPASSSALT. Null: it has none.
 */
function aroundCredential(part: string): string[] | null {
  const [match, before = '', credential = '', after = ''] = CREDENTIAL.exec(part) ?? [];
  const around = (piece: string) => (piece === '' || piece === 's' ? [] : unglued(piece));
  if (match !== undefined) return [...around(before), credential, ...around(after)];
  const words = part.length > 2 ? split(part.slice(2)) : null;
  return words?.some((word) => OPENS.has(word)) ? [part.slice(0, 2), ...words] : null;
}

/** Not in possession, obsession; tokenizer, tokenomics; secretary, secretion, secretly. */
const CREDENTIAL =
  /^(.*?)(password|passwd|passwort|passphrase|(?<!pos|ob)session|token(?!i[sz]|omic)|secret(?!ar|i|ly)|^pwd|pwd$|jwt$)(.*)$/;
const OPENS = new Set('pass password passwd pwd pw key token secret hash salt session sess otp'.split(' '));

/** The singular, where it is a word that we know or an ordinary plural. */
function knownWord(word: string): string {
  if (GLUED.has(word)) return word;
  return singular(word);
}

/** One of many: customers, categories, addresses. What is no plural stays as it is. */
export function singular(word: string): string {
  if (word.length < 4 || /(ss|us|is|as|os)$/.test(word)) return word;
  if (/(sses|xes|shes|ches)$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
