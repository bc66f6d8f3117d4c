import { isIP, isIPv4 } from 'node:net';
import { type DatabaseTls, decoded, type Note, readUrlSettings } from './database-url-settings';

/** The company's database, as DATABASE_URL names it. */
export interface DatabaseTarget extends DatabaseTls {
  host: string;
  port: number;
  /** Of a Unix socket, instead of host and port; null: none. */
  socketPath: string | null;
  /** Empty: none was named, and none is made up. */
  user: string;
  password: string;
  /** The company's own. */
  schema: string;
  /** host:port or the socket, without secrets: for messages. */
  display: string;
}

/** DATABASE_URL cannot be used. It says each thing that is wrong and what to write instead, and never shows the password. */
export class DatabaseUrlError extends Error {
  readonly code = 'DATABASE_URL';
  constructor(problems: UrlProblem[]) {
    super(problems.map(({ found, todo }) => `DATABASE_URL: ${found}; ${todo}.`).join('\n'));
    this.name = 'DatabaseUrlError';
  }
}

/** "It ..., so ...": what was found, and what to do. */
export interface UrlProblem {
  found: string;
  todo: string;
}

const EXAMPLE = 'mysql://user:password@db.example.com:3306/NAME';

/**
 * Reads DATABASE_URL: `mysql://` or `mariadb://`, user and password percent-encoded, the company's schema as its path, and the
 * settings of database-url-settings.ts. Off this machine TLS is required, host and certificate verified, unless told otherwise.
 * @throws DatabaseUrlError with all that is wrong.
 */
export function parseDatabaseUrl(url: string): DatabaseTarget {
  // Taken apart by hand: a parser of URLs would take `u:1#x@db` for host u, port 1, and strip what it does not like.
  const parts = /^(mysql|mariadb):\/\/([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/i.exec(url);
  const unreadable = whyUnreadable(url, parts);
  if (unreadable !== null || parts === null) throw new DatabaseUrlError([unreadable ?? noUrl]);
  const [, , authority = '', path = '', query = ''] = parts;
  const problems: UrlProblem[] = [];
  const note = (found: string, todo: string): void => void problems.push({ found, todo });
  const atSign = authority.lastIndexOf('@');
  const { user, password } = readUser(authority.slice(0, Math.max(atSign, 0)), note);
  const { host, port } = readHost(authority.slice(atSign + 1), note);
  const schema = readSchema(path, note);
  const { socketPath, ...tls } = readUrlSettings(
    path === '' ? '' : query,
    { host, isThisMachine: isLoopback(host) },
    note,
  );
  if (socketPath !== null && (port !== null || !(host === '' || isLoopback(host))))
    note(
      'it names a socket and another host or a port',
      'write mysql://user:password@localhost/NAME?socket=/path',
    );
  if (socketPath === null && host === '' && problems.length === 0)
    note('it names no host', `write ${EXAMPLE}`);
  if (problems.length > 0) throw new DatabaseUrlError(problems);
  const display = socketPath ?? `${isIP(host) === 6 ? `[${host}]` : host}:${port ?? DEFAULT_PORT}`;
  return { host, port: port ?? DEFAULT_PORT, socketPath, user, password, schema, ...tls, display };
}

/** What the dry run says of a connection that somebody could listen to; null: nobody can. */
export function weaknessOf({ tls, host, socketPath }: DatabaseTarget): { what: string; todo: string } | null {
  if (socketPath !== null || isLoopback(host) || tls === 'identity' || tls === 'ca') return null;
  return {
    what:
      tls === 'no'
        ? `Customers' data and the password of the database go to ${host} in clear (ssl-mode=DISABLED)`
        : `The database's certificate is not verified: whoever answers as ${host} gets the password and customers' data`,
    todo: 'write ssl-mode=VERIFY_IDENTITY into DATABASE_URL, with ca=FILE for a private CA, unless you trust the network',
  };
}

const DEFAULT_PORT = 3306;

const noUrl: UrlProblem = { found: 'it is not a URL', todo: `write ${EXAMPLE}` };

/** What keeps its parts from being told from each other: no part is named, since any may be a piece of the password. */
function whyUnreadable(url: string, parts: RegExpExecArray | null): UrlProblem | null {
  if (/[\s\x00-\x1f\x7f]/.test(url))
    return {
      found: 'it holds a space or a line end',
      todo: 'leave it out; in a password write %20 for a space',
    };
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'mysql' && scheme !== 'mariadb')
    return { found: `it begins with ${scheme}:`, todo: `write ${EXAMPLE}` };
  const [authority = '', ...rest] = url.replace(/^\w+:\/\//, '').split(/(?=[/?#])/);
  if (authority.split('@').length > 2 || rest.some((part) => /[@#]/.test(part)))
    return {
      found: 'an @, /, ? or # stands where it cannot, most likely in the password',
      todo: 'in user and password write %40 for @, %2F for /, %3F for ? and %23 for #',
    };
  return parts === null ? noUrl : null;
}

function readUser(userinfo: string, note: Note): { user: string; password: string } {
  const colon = userinfo.indexOf(':');
  const user = decoded(colon < 0 ? userinfo : userinfo.slice(0, colon));
  const password = decoded(colon < 0 ? '' : userinfo.slice(colon + 1));
  if (user === null || password === null) {
    note('user or password is not percent-encoded UTF-8', 'write %25 for a % that stands for itself');
    return { user: '', password: '' };
  }
  if (user === '' && password !== '') note('it has a password but no user', `write ${EXAMPLE}`);
  return { user, password };
}

function readHost(text: string, note: Note): { host: string; port: number | null } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text) ?? [];
  const host = (bracketed === undefined ? plain : canonical(bracketed))?.toLowerCase();
  if (host === undefined || !isHost(host, bracketed !== undefined))
    note(
      'its host is neither a name nor an address',
      'write a name, 192.0.2.1, or [2001:db8::1] with the brackets; one host',
    );
  if (digits !== undefined && !(/^\d{1,5}$/.test(digits) && Number(digits) >= 1 && Number(digits) <= 65_535))
    note('its port is not a number from 1 to 65535', 'write :3306, or in a password %3A for : and %40 for @');
  return { host: host ?? '', port: digits === undefined ? null : Number(digits) };
}

function isHost(host: string, bracketed: boolean): boolean {
  if (bracketed) return isIP(host) === 6;
  if (host === '' || isIPv4(host)) return true;
  return /^(?=.{1,255}$)[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_.])?$/.test(host) && !/^[\d.]+$/.test(host);
}

/** ::1 for 0:0:0:0:0:0:0:1. */
function canonical(address: string): string | undefined {
  return isIP(address) === 6 && URL.canParse(`http://[${address}]`)
    ? new URL(`http://[${address}]`).hostname.slice(1, -1)
    : undefined;
}

/** This machine, which no cable leaves. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function readSchema(path: string, note: Note): string {
  const schema = decoded(path.slice(1));
  if (schema === null)
    note('its schema is not percent-encoded UTF-8', 'write %25 for a % that stands for itself');
  else if (schema === '') note('it names no schema', `write the company's as its path: ${EXAMPLE}`);
  else if (path.slice(1).includes('/')) note('its path is more than a schema', 'write /NAME alone');
  return schema ?? '';
}
