import { parseArgs } from 'node:util';
import { parseRule, type Rule } from './rules';

export interface RelayOptions {
  host: string;
  port: number;
  /** Postfix's own log format; every accepted message is in it before its 250 leaves. */
  log: string;
  /** The machine whose log it says it is; relays that are judged together each have another, as machines have. */
  logHost: string;
  /** Unix socket for live commands. */
  control: string | null;
  time: 'syslog' | 'rfc3339';
  fsync: boolean;
  tls: 'none' | 'starttls' | 'implicit';
  cert: string | null;
  key: string | null;
  user: string | null;
  password: string | null;
  /** As Postfix with smtpd_tls_security_level=encrypt: no mail and no password in clear. */
  requireTls: boolean;
  /** EHLO keywords that it does not offer, such as PIPELINING. */
  without: string[];
  /** Each octet that it says in a packet of its own (C04). */
  octetByOctet: boolean;
  /** After so many errors in a row, no message accepted, it says 421 and closes: Postfix's smtpd_hard_error_limit. 0: never. */
  hardErrorLimit: number;
  /** Those of enable_long_queue_ids, which never come again, or Postfix's usual ones. */
  queueIds: 'long' | 'short';
  /** Looks for faults in each message and counts them (counts.ts); without it, in those that are kept. */
  strict: boolean;
  /** Folder in which the first messages are kept as QUEUE-ID.eml. */
  keep: string | null;
  keepFirst: number;
  /** Ends when its standard input does, so that it does not outlive who started it. */
  attached: boolean;
  rules: Rule[];
}

/** @throws Error that says what is wrong and what is right. */
export function relayOptions(args: string[]): RelayOptions {
  const { values } = parseArgs({
    args,
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      log: { type: 'string' },
      'log-host': { type: 'string', default: 'capture' },
      control: { type: 'string' },
      time: { type: 'string', default: 'syslog' },
      fsync: { type: 'boolean', default: false },
      tls: { type: 'string', default: 'none' },
      cert: { type: 'string' },
      key: { type: 'string' },
      user: { type: 'string' },
      password: { type: 'string' },
      without: { type: 'string', multiple: true, default: [] },
      'require-tls': { type: 'boolean', default: false },
      'octet-by-octet': { type: 'boolean', default: false },
      'hard-error-limit': { type: 'string', default: '20' },
      'queue-ids': { type: 'string', default: 'long' },
      strict: { type: 'boolean', default: false },
      attached: { type: 'boolean', default: false },
      keep: { type: 'string' },
      'keep-first': { type: 'string', default: '20' },
      rule: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.log === undefined) throw new Error('--log FILE is missing');
  if ((values.cert === undefined) !== (values.key === undefined))
    throw new Error('--cert FILE and --key FILE go together: give both, or neither and one is made');
  if ((values.user === undefined) !== (values.password === undefined))
    throw new Error('--user NAME and --password WORD go together: give both or neither');
  if (values['require-tls'] && values.tls === 'none')
    throw new Error('--require-tls without TLS: write --tls starttls as well');
  return {
    host: values.host,
    port: whole('port', values.port, 65_535),
    log: values.log,
    logHost: values['log-host'],
    control: values.control ?? null,
    time: oneOf('time', values.time, ['syslog', 'rfc3339']),
    fsync: values.fsync,
    tls: oneOf('tls', values.tls, ['none', 'starttls', 'implicit']),
    cert: values.cert ?? null,
    key: values.key ?? null,
    user: values.user ?? null,
    password: values.password ?? null,
    requireTls: values['require-tls'],
    octetByOctet: values['octet-by-octet'],
    hardErrorLimit: whole('hard-error-limit', values['hard-error-limit'], 1_000_000),
    queueIds: oneOf('queue-ids', values['queue-ids'], ['long', 'short']),
    strict: values.strict,
    attached: values.attached,
    without: values.without.map((keyword) => keyword.toUpperCase()),
    keep: values.keep ?? null,
    keepFirst:
      values['keep-first'] === 'all'
        ? Number.POSITIVE_INFINITY
        : whole('keep-first', values['keep-first'], 1_000_000_000),
    rules: values.rule.map(ruleIn),
  };
}

function ruleIn(text: string): Rule {
  try {
    return parseRule(JSON.parse(text));
  } catch (error) {
    throw new Error(`--rule ${text}: ${error instanceof Error ? error.message : error}`);
  }
}

function whole(name: string, value: string, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw new Error(`--${name} ${value}: write a whole number from 0 to ${most}`);
}

function oneOf<const Word extends string>(name: string, value: string, words: readonly Word[]): Word {
  const known = words.find((word) => word === value);
  if (known === undefined) throw new Error(`--${name} ${value}: write one of ${words.join(', ')}`);
  return known;
}
