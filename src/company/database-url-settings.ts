import { nearestName } from '../incident/nearest-name';

/** How a connection is protected. */
export interface DatabaseTls {
  /**
   * `no`: in clear. `encrypted`: TLS or nothing, whoever it is at the other end. `ca`: and its certificate is verified.
   * `identity`: and it is the host that was named.
   */
  tls: 'no' | 'encrypted' | 'ca' | 'identity';
  /** PEM file of a private CA; null: the system's. */
  caFile: string | null;
  /** PEM files of this client's own certificate and its key, both or none. */
  certFile: string | null;
  keyFile: string | null;
}

type Tls = DatabaseTls['tls'];
/** Takes down what is wrong with the URL. */
export type Note = (found: string, todo: string) => void;

/** `ssl-mode` and `sslmode` are one: names are compared without case, `-` and `_`. */
type Known = 'sslmode' | 'ssl' | 'ca' | 'cert' | 'key' | 'socket';

const SPELLINGS: Record<string, Known> = {
  ...{ sslmode: 'sslmode', ssl: 'ssl', tls: 'ssl', usessl: 'ssl' },
  ...{ ca: 'ca', sslca: 'ca', sslrootcert: 'ca' },
  ...{ cert: 'cert', sslcert: 'cert', key: 'key', sslkey: 'key' },
  ...{ socket: 'socket', unixsocket: 'socket' },
};

const SETTING_NAMES = ['ssl-mode', 'ssl', 'tls', 'ca', 'cert', 'key', 'socket'];

/** What other programs take here, and this one decides itself. */
const DECIDED: [names: RegExp, why: string][] = [
  [
    /^(charset|characterset|characterencoding|encoding|useunicode|collation|connectioncollation)$/,
    'each connection speaks utf8mb4',
  ],
  [
    /^(timezone|servertimezone|connectiontimezone|loc|parsetime)$/,
    "each session is in UTC, and the company's zone stands in the incident file",
  ],
  [/^(multiplestatements|multistatements|allowmultiqueries)$/, 'one statement is sent at a time'],
  [
    /^(autocommit|sqlmode|initsql|initstatement|sessionvariables|transactionisolation)$/,
    "the session's settings are this program's own",
  ],
];

/** By the words of MySQL's `ssl-mode`, and those of PostgreSQL and MariaDB for the same. */
const MODES: Record<string, Tls> = {
  ...{ disabled: 'no', disable: 'no' },
  ...{ required: 'encrypted', require: 'encrypted', trust: 'encrypted' },
  ...{ 'verify-ca': 'ca' },
  ...{ 'verify-identity': 'identity', 'verify-full': 'identity' },
};

/** By what follows `ssl=`, `tls=` and `useSSL=`. */
const SWITCHES: Record<string, Tls> = {
  ...{ true: 'identity', 1: 'identity', on: 'identity', yes: 'identity', required: 'identity' },
  ...{ 'skip-verify': 'encrypted' },
  ...{ false: 'no', 0: 'no', off: 'no', no: 'no' },
};

const OPPORTUNISTIC = /^(preferred|prefer|allow)$/;
const ALL_MODES = 'ssl-mode=VERIFY_IDENTITY, VERIFY_CA, REQUIRED or DISABLED';

/** Reads what follows the `?`; notes each mistake. */
export function readUrlSettings(
  query: string,
  { host, isThisMachine }: { host: string; isThisMachine: boolean },
  note: Note,
): DatabaseTls & { socketPath: string | null } {
  const settings = new Map<Known, { name: string; value: string }>();
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const [name, value] = [decoded(pair.replace(/=.*$/s, '')), decoded(pair.replace(/^[^=]*=?/, ''))];
    const known = knownOf(name, value, note);
    if (known === null) continue;
    if (settings.has(known) || (isTls(known) && [...settings.keys()].some(isTls)))
      note(
        `?${name}= repeats what ${settings.get(known)?.name ?? 'another setting'} says`,
        'write one of them, once',
      );
    settings.set(known, { name: name!, value: value! });
  }
  const file = (known: Known) => settings.get(known)?.value ?? null;
  const [caFile, certFile, keyFile, socketPath] = [file('ca'), file('cert'), file('key'), file('socket')];
  const asked = settings.get('sslmode') ?? settings.get('ssl');
  const tls = asked === undefined ? null : askedTls(asked, settings.has('sslmode') ? MODES : SWITCHES, note);
  if (socketPath !== null && (tls ?? 'no') !== 'no')
    note('it asks for TLS on a socket', 'leave it out: a socket does not leave this machine');
  if (tls === 'no' && !isThisMachine && socketPath === null && !isDeliberate(asked))
    note(
      `?${asked?.name}=${shown(asked?.value)} would send customers' data to ${host} in clear`,
      'leave it out, or, if you want that, write ssl-mode=DISABLED',
    );
  if (caFile !== null && (tls === 'no' || tls === 'encrypted'))
    note('it names a CA and asks for no verification', 'write ssl-mode=VERIFY_IDENTITY, or leave ca= out');
  if ((certFile === null) !== (keyFile === null))
    note(
      'it names a certificate without its key, or a key without its certificate',
      'write cert=FILE and key=FILE',
    );
  if (certFile !== null && tls === 'no')
    note('it names a certificate and asks for no TLS', 'leave one of them out');
  const wantsTls = caFile !== null || certFile !== null || (!isThisMachine && socketPath === null);
  return { tls: tls ?? (wantsTls ? 'identity' : 'no'), caFile, certFile, keyFile, socketPath };
}

function knownOf(name: string | null, value: string | null, note: Note): Known | null {
  if (name === null || value === null || !/^[A-Za-z][\w.-]{0,40}$/.test(name)) {
    note(
      'what follows the ? is not a list of settings',
      `write ?NAME=VALUE&NAME=VALUE; the settings are ${SETTING_NAMES.join(', ')}`,
    );
    return null;
  }
  const bare = name.toLowerCase().replace(/[-_]/g, '');
  const known = Object.hasOwn(SPELLINGS, bare) ? SPELLINGS[bare]! : null;
  const decided = DECIDED.find(([names]) => names.test(bare));
  if (decided !== undefined) note(`?${name}= cannot be set`, `leave it out: ${decided[1]}`);
  else if (known === null) {
    const nearest = nearestName(name, SETTING_NAMES);
    note(
      `?${name}= is unknown`,
      nearest === null ? `the settings are ${SETTING_NAMES.join(', ')}` : `write ${nearest}=`,
    );
  } else if (value === '') note(`?${name}= is empty`, 'give it a value or leave it out');
  else return known;
  return null;
}

function askedTls(
  { name, value }: { name: string; value: string },
  words: Record<string, Tls>,
  note: Note,
): Tls | null {
  const word = value.toLowerCase().replaceAll('_', '-');
  if (Object.hasOwn(words, word)) return words[word]!;
  if (OPPORTUNISTIC.test(word))
    note(
      `?${name}=${shown(value)} would go on unencrypted if the server offers no TLS`,
      `write ${ALL_MODES}`,
    );
  else if (value.startsWith('{'))
    note(`?${name}= holds JSON`, `write ${ALL_MODES}, and ca=FILE for a private CA`);
  else note(`?${name}=${shown(value)} is unknown`, `write ${ALL_MODES}`);
  return null;
}

/** Only the word that can mean nothing else, since `false` and `disable` are copied from where they did no harm. */
function isDeliberate(asked: { name: string; value: string } | undefined): boolean {
  return asked?.value.toLowerCase() === 'disabled';
}

function isTls(known: Known): boolean {
  return known === 'sslmode' || known === 'ssl';
}

/** What may be shown of a value that somebody typed. */
function shown(value = ''): string {
  return /^[\w-]{1,20}$/.test(value) ? value : '...';
}

/** Null: no UTF-8 so encoded, or with a NUL, which a server takes for the end. */
export function decoded(text: string): string | null {
  try {
    const plain = decodeURIComponent(text);
    return plain.includes('\0') ? null : plain;
  } catch {
    return null;
  }
}
