import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePort } from '../../../../scripts/stack/choose-port';
import { startPart, waitForPart } from '../../../../scripts/stack/part-process';
import { until } from '../../../until';
import { keycloakFolder } from './parts';

/** A Keycloak of its own on a schema of its own, with a realm, a client, and a mail server that keeps what it is given. */
export interface OwnKeycloak {
  addUser(name: string, password: string): Promise<void>;
  login(name: string, password: string): Promise<{ status: number; error?: string; refreshToken?: string }>;
  /** Whether a refresh token still gives an access token. */
  refresh(refreshToken: string): Promise<boolean>;
  clearUserCache(): Promise<void>;
  /** As a person does it, by "Forgot password?" and the link in the mail. */
  resetByMail(name: string, password: string): Promise<void>;
  stop(): Promise<void>;
}

const REALM = 'shop';
const ADMIN = { username: 'admin', password: 'admin-of-the-test' };

/** @param url of an empty schema, mysql://user:password@host:port/name. */
export async function ownKeycloak(url: string, kind: 'mariadb' | 'mysql'): Promise<OwnKeycloak> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const folder = mkdtempSync(join(tmpdir(), 'own-keycloak-'));
  const httpPort = await choosePort('Keycloak', 0, () => undefined);
  const part = startPart({
    name: 'keycloak',
    folder,
    command: join(keycloakFolder, 'bin/kc.sh'),
    args: ['start-dev', `--db=${kind}`],
    env: {
      ...process.env,
      KC_DB_URL: `jdbc:${kind}://${hostname}:${port || 3306}${pathname}`,
      KC_DB_USERNAME: decodeURIComponent(username) || 'root',
      KC_DB_PASSWORD: decodeURIComponent(password),
      KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
      KC_HTTP_HOST: '127.0.0.1',
      KC_HTTP_PORT: String(httpPort),
      KC_CACHE: 'local',
      JAVA_OPTS_APPEND: '-Xmx600m',
    },
    stopSeconds: 60,
  });
  const base = `http://127.0.0.1:${httpPort}`;
  const mails: string[] = [];
  const mailServer = await keepMails(mails);
  const stop = async () => {
    await part.stop();
    await new Promise((resolve) => mailServer.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitForPart(
      part,
      () =>
        fetch(`${base}/realms/master`).then(
          ({ ok }) => ok,
          () => false,
        ),
      240,
    );
    await makeRealm();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    addUser: async (name, secret) => {
      const user = {
        username: name,
        email: `${name}@x.test`,
        emailVerified: true,
        firstName: name,
        lastName: 'X',
        enabled: true,
        credentials: [{ type: 'password', value: secret }],
      };
      await must(await admin('POST', `/${REALM}/users`, user), 201);
    },
    login: async (name, secret) => {
      const response = await token({
        grant_type: 'password',
        client_id: 'app',
        username: name,
        password: secret,
        scope: 'openid',
      });
      const body = (await response.json()) as { error?: string; refresh_token?: string };
      return { status: response.status, error: body.error, refreshToken: body.refresh_token };
    },
    refresh: async (refreshToken) =>
      (await token({ grant_type: 'refresh_token', client_id: 'app', refresh_token: refreshToken })).ok,
    clearUserCache: async () => void (await must(await admin('POST', `/${REALM}/clear-user-cache`, {}), 204)),
    resetByMail,
  };

  async function makeRealm() {
    const smtpPort = (mailServer.address() as { port: number }).port;
    const smtpServer = { host: '127.0.0.1', port: String(smtpPort), from: 'no-reply@shop.test' };
    await must(
      await admin('POST', '', { realm: REALM, enabled: true, resetPasswordAllowed: true, smtpServer }),
      201,
    );
    const client = {
      clientId: 'app',
      publicClient: true,
      directAccessGrantsEnabled: true,
      redirectUris: ['http://127.0.0.1/signed-in'],
      enabled: true,
    };
    await must(await admin('POST', `/${REALM}/clients`, client), 201);
  }

  function token(form: Record<string, string>, realm = REALM): Promise<Response> {
    const body = new URLSearchParams(form);
    return fetch(`${base}/realms/${realm}/protocol/openid-connect/token`, { method: 'POST', body });
  }

  async function admin(method: string, path: string, body: unknown): Promise<Response> {
    const granted = await token({ grant_type: 'password', client_id: 'admin-cli', ...ADMIN }, 'master');
    const { access_token } = (await (await must(granted, 200)).json()) as { access_token: string };
    return fetch(`${base}/admin/realms${path}`, {
      method,
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    });
  }

  async function resetByMail(name: string, chosen: string): Promise<void> {
    const browser = cookieBrowser();
    const query = new URLSearchParams({
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'http://127.0.0.1/signed-in',
    });
    const signIn = await browser(`${base}/realms/${REALM}/protocol/openid-connect/auth?${query}`);
    const forgot = await browser(new URL(linkIn(signIn, /href="([^"]*reset-credentials[^"]*)"/), base).href);
    mails.length = 0;
    await browser(linkIn(forgot, /action="([^"]+)"/), { username: `${name}@x.test` });
    await until('a mail from Keycloak', () => mails.length > 0);
    const mail = mails[0]!.replaceAll('=\n', '').replaceAll('=3D', '=');
    const form = await browser(linkIn(mail, /(http:\/\/127\.0\.0\.1:\d+\/\S*action-token\S*)/));
    await browser(linkIn(form, /action="([^"]+)"/), { 'password-new': chosen, 'password-confirm': chosen });
  }
}

function linkIn(page: string, pattern: RegExp): string {
  const link = pattern.exec(page)?.[1];
  if (link === undefined) throw new Error(`No ${pattern} in: ${page.slice(0, 2_000)}`);
  return link.replaceAll('&amp;', '&');
}

/** Follows redirects up to the application, and keeps cookies also where they are for https only. */
function cookieBrowser() {
  const cookies = new Map<string, string>();
  return async (url: string, form?: Record<string, string>): Promise<string> => {
    let [at, body] = [url, form && new URLSearchParams(form)];
    for (let hops = 0; hops < 10; hops++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(at, {
        redirect: 'manual',
        headers: { cookie },
        ...(body ? { method: 'POST', body } : {}),
      });
      for (const line of response.headers.getSetCookie()) {
        const [name, value] = line.split(';')[0]!.split(/=(.*)/s);
        cookies.set(name!, value!);
      }
      const next = response.headers.get('location');
      if (next === null) return (await must(response, 200)).text();
      if (next.startsWith('http://127.0.0.1/signed-in')) return 'signed in';
      [at, body] = [new URL(next, at).href, undefined];
    }
    throw new Error(`Too many redirects from ${url}`);
  };
}

async function must(response: Response, status: number): Promise<Response> {
  if (response.status === status) return response;
  throw new Error(`${response.url} answered ${response.status}, not ${status}: ${await response.text()}`);
}

/** Enough of SMTP to be given a mail. */
function keepMails(mails: string[]): Promise<Server> {
  const server = createServer((socket: Socket) => {
    let [text, content] = ['', null as string[] | null];
    socket.setEncoding('utf8').on('error', () => undefined);
    socket.write('220 mail.test\r\n');
    socket.on('data', (data: string) => {
      text += data;
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (content !== null && line === '.') {
          mails.push(content.join('\n'));
          content = null;
          socket.write('250 2.0.0 taken\r\n');
        } else if (content !== null) content.push(line);
        else if (/^data$/i.test(line)) {
          content = [];
          socket.write('354 go on\r\n');
        } else if (/^quit$/i.test(line)) socket.end('221 bye\r\n');
        else socket.write('250 mail.test\r\n');
      }
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
