import { parseArgs } from 'node:util';
import { parseRule, type Rule } from './rules';

export interface RelayOptions {
  host: string;
  port: number;
  /** Postfix's own log format; every accepted message is in it before its 250 leaves. */
  log: string;
  /** Unix socket for live commands. */
  control: string | null;
  time: 'syslog' | 'rfc3339';
  fsync: boolean;
  tls: 'none' | 'starttls' | 'implicit';
  cert: string | null;
  key: string | null;
  user: string | null;
  password: string | null;
  /** EHLO keywords that it does not offer, such as PIPELINING. */
  without: string[];
  /** Folder in which the first messages are kept as .eml. */
  keep: string | null;
  keepFirst: number;
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
      control: { type: 'string' },
      time: { type: 'string', default: 'syslog' },
      fsync: { type: 'boolean', default: false },
      tls: { type: 'string', default: 'none' },
      cert: { type: 'string' },
      key: { type: 'string' },
      user: { type: 'string' },
      password: { type: 'string' },
      without: { type: 'string', multiple: true, default: [] },
      keep: { type: 'string' },
      'keep-first': { type: 'string', default: '20' },
      rule: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.log === undefined) throw new Error('--log FILE is missing');
  return {
    host: values.host,
    port: whole('port', values.port, 65_535),
    log: values.log,
    control: values.control ?? null,
    time: oneOf('time', values.time, ['syslog', 'rfc3339']),
    fsync: values.fsync,
    tls: oneOf('tls', values.tls, ['none', 'starttls', 'implicit']),
    cert: values.cert ?? null,
    key: values.key ?? null,
    user: values.user ?? null,
    password: values.password ?? null,
    without: values.without.map((keyword) => keyword.toUpperCase()),
    keep: values.keep ?? null,
    keepFirst: whole('keep-first', values['keep-first'], 1_000_000),
    rules: values.rule.map((rule) => parseRule(JSON.parse(rule))),
  };
}

function whole(name: string, value: string, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw new Error(`--${name} ${value}: write a whole number from 0 to ${most}`);
}

function oneOf<const Word extends string>(name: string, value: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new Error(`--${name} ${value}: write one of ${words.join(', ')}`);
  return found;
}
