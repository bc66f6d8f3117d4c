import { isIP, isIPv4 } from 'node:net';

/** A relay, as SMTP_URL names it. */
export interface SmtpTarget {
  host: string;
  port: number;
  /**
   * `implicit`: TLS from the first octet. `required`: STARTTLS or nothing, certificate verified (C02).
   * `optional`: STARTTLS where offered, certificate not verified. `no`: in clear.
   */
  tls: 'implicit' | 'required' | 'optional' | 'no';
  credentials: { user: string; password: string } | null;
  /** What we call ourselves in EHLO; null: this machine's name, or its address. */
  ehloName: string | null;
  /** PEM file of a private CA; NODE_EXTRA_CA_CERTS works as well. */
  caFile: string | null;
  /** host:port, without secrets: for messages. */
  display: string;
}

const EXAMPLE = 'smtp://user:password@relay.example.com:587';

/**
 * Reads SMTP_URL: `smtp://` or `smtps://`, credentials percent-encoded, `?tls=required|optional|no`, `?name=`, `?ca=`.
 * TLS is required unless the host is this machine; credentials never go to another machine in clear.
 * Ports: 465 for smtps, 587 with credentials, else 25. Errors say what to write and never show the password.
 */
export function parseSmtpUrl(url: string): SmtpTarget {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null)
    throw refusal('it is not a URL', `write ${EXAMPLE}, with @ : / # ? % in the password percent-encoded`);
  if (parsed.protocol !== 'smtp:' && parsed.protocol !== 'smtps:') {
    throw refusal(
      `it begins with ${parsed.protocol}//`,
      'write smtp:// (STARTTLS) or smtps:// (TLS from the start)',
    );
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === '') throw refusal('it names no host', `write ${EXAMPLE}`);
  if (!/^[/]?$/.test(parsed.pathname) || parsed.hash !== '') {
    throw refusal(
      'something stands after the port',
      'leave it out; in a password write %2F for / and %23 for #. A name after # has small letters, digits and hyphens',
    );
  }
  const settings = readSettings(parsed.searchParams);
  const credentials = readCredentials(parsed);
  const tls = readTls(parsed.protocol, settings.tls, host);
  if (credentials !== null && !isLoopback(host) && (tls === 'no' || tls === 'optional')) {
    throw refusal(
      `tls=${tls} would send the password to ${host} in clear`,
      'leave tls= out (STARTTLS is then required), or leave the credentials out',
    );
  }
  const implied = tls === 'implicit' ? 465 : credentials !== null ? 587 : 25;
  const port = parsed.port === '' ? implied : Number(parsed.port);
  const display = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return { host, port, tls, credentials, ehloName: settings.name, caFile: settings.ca, display };
}

/** This machine, which no cable leaves: 127.0.0.0/8, ::1, localhost. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function readTls(protocol: string, setting: string | null, host: string): SmtpTarget['tls'] {
  if (protocol === 'smtps:') {
    if (setting === null || setting === 'required') return 'implicit';
    throw refusal(`smtps:// and tls=${setting} contradict each other`, 'leave tls= out, or write smtp://');
  }
  if (setting === null) return isLoopback(host) ? 'no' : 'required';
  if (setting === 'required' || setting === 'optional' || setting === 'no') return setting;
  throw refusal(`tls=${setting} is unknown`, 'write tls=required, tls=optional or tls=no');
}

function readCredentials({ username, password }: URL): SmtpTarget['credentials'] {
  if (username === '' && password === '') return null;
  if (username === '' || password === '') {
    throw refusal(
      `it has a ${username === '' ? 'password but no user' : 'user but no password'}`,
      `write ${EXAMPLE}`,
    );
  }
  try {
    const credentials = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    if (!/\0/.test(credentials.user + credentials.password)) return credentials;
  } catch {}
  throw refusal('user or password is not percent-encoded UTF-8', 'write %25 for a % that stands for itself');
}

function readSettings(parameters: URLSearchParams): Record<'tls' | 'name' | 'ca', string | null> {
  const settings: Record<'tls' | 'name' | 'ca', string | null> = { tls: null, name: null, ca: null };
  for (const [key, value] of parameters) {
    if (!(key in settings)) throw refusal(`?${key}= is unknown`, 'the settings are tls, name and ca');
    if (value === '') throw refusal(`?${key}= is empty`, 'give it a value or leave it out');
    settings[key as keyof typeof settings] = value;
  }
  if (settings.name !== null && !/^(?:[A-Za-z0-9.-]{1,255}|\[[A-Za-z0-9.:]{1,60}\])$/.test(settings.name)) {
    throw refusal('name= is not a host name', 'write name=mail.example.com or name=[192.0.2.1]');
  }
  return settings;
}

function refusal(fault: string, todo: string): Error {
  return new Error(`SMTP_URL: ${fault}; ${todo}.`);
}
