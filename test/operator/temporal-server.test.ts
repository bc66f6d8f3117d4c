import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { environmentOf, resolveAddresses } from '../../src/operator/parts/addresses';
import { checkPart } from '../../src/operator/parts/check-reachable';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { type SelfSigned, selfSigned } from '../smtp/self-signed';
import { until } from '../until';

const embedded = process.env.TEMPORAL_ADDRESS!;
const KEY = 'key-of-the-cloud';
const folder = mkdtempSync(join(tmpdir(), 'temporal-server-'));
const servers: Server[] = [];
const sockets = new Set<Socket>();
const tls = selfSigned('DNS:localhost') as SelfSigned;
const other = selfSigned('DNS:localhost') as SelfSigned;
afterAll(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
  for (const made of [tls, other]) made.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `localhost:${(server.address() as AddressInfo).port}`;
}

/** Where the user's programs keep their configuration; Temporal's has these lines. */
function configured(name: string, ...lines: string[]): NodeJS.ProcessEnv {
  const home = join(folder, name);
  mkdirSync(join(home, 'temporalio'), { recursive: true });
  writeFileSync(join(home, 'temporalio', 'temporal.toml'), lines.join('\n'));
  // The one place on each system.
  return {
    XDG_CONFIG_HOME: home,
    DATABASE_URL: 'mysql://u@127.0.0.1:9/shop',
    SMTP_URL: 'smtp://127.0.0.1:9',
  };
}

const told = async (env: NodeJS.ProcessEnv) =>
  checkPart('temporal', await resolveAddresses({ ...env, DATABASE_URL: 'x', SMTP_URL: 'x' }, folder), env);

test('what keeps Temporal from working is told apart, each with what to do about it', async () => {
  expect(await told({ TEMPORAL_ADDRESS: embedded })).toBeNull();
  expect(await told({ TEMPORAL_ADDRESS: embedded, TEMPORAL_NAMESPACE: 'nights' })).toMatch(
    /does not work: it has no namespace nights\. Set TEMPORAL_NAMESPACE to one that it has/,
  );
  for (const asked of [{ TEMPORAL_TLS: 'true' }, { TEMPORAL_API_KEY: KEY }]) {
    const words = await told({ TEMPORAL_ADDRESS: embedded, ...asked });
    expect(words).toMatch(/TLS is asked for, and it speaks none\. Set TEMPORAL_TLS=false/);
    expect(words).not.toContain(KEY);
  }
  const silent = await listening(createServer());
  expect(await told({ TEMPORAL_ADDRESS: silent })).toMatch(
    /not as Temporal does\. Is it the port of Temporal's frontend/,
  );
  expect(await told({ TEMPORAL_ADDRESS: '127.0.0.1:9' })).toMatch(
    /ECONNREFUSED.* Start it or fix TEMPORAL_ADDRESS/,
  );
});

test('a server with TLS: none asked for, a certificate of another CA, and the right one', async () => {
  const server = createTlsServer({ key: tls.key, cert: tls.cert, ALPNProtocols: ['h2'] });
  server.on('tlsClientError', () => undefined);
  const env = { TEMPORAL_ADDRESS: await listening(server) };
  expect(await told(env)).toMatch(/it speaks TLS, and none is asked for\. Set TEMPORAL_TLS=true/);
  const ca = (file: string) => ({ ...env, TEMPORAL_TLS: 'true', TEMPORAL_TLS_SERVER_CA_CERT_PATH: file });
  expect(await told(ca(other.caFile))).toMatch(
    /its certificate is not accepted \(\w+\)\. Name its CA in TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
  );
  // It is no Temporal, and has nothing to say.
  expect(await told(ca(tls.caFile))).toMatch(/not as Temporal does/);
});

test("address and namespace of Temporal's own file are honoured, and replaced by variables", async () => {
  const env = configured('file', '[profile.default]', 'address = "t.test:7233"', 'namespace = "night"');
  const { temporal } = await resolveAddresses(env, folder);
  expect(temporal).toEqual({ address: 't.test:7233', namespace: 'night', uiUrl: null, embedded: false });
  const more = { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_NAMESPACE: '' };
  expect((await resolveAddresses(more, folder)).temporal).toMatchObject({
    address: '127.0.0.1:1',
    namespace: 'night',
  });
});

test('a configuration that cannot be read is told of without what stands in it', async () => {
  const broken = configured('broken', '[profile.default]', `api_key = "${KEY}" and more`);
  const error = await resolveAddresses(broken, folder).catch(({ message }: Error) => message);
  expect(error).toMatch(/^Temporal's configuration cannot be read: Invalid TOML.* Look at TEMPORAL_PROFILE/);
  expect(error).not.toContain(KEY);
  const without = { ...configured('other', '[profile.default]'), TEMPORAL_PROFILE: 'nights' };
  await expect(resolveAddresses(without, folder)).rejects.toThrow("Profile 'nights' not found");
  await expect(resolveAddresses(configured('empty', ''), folder)).rejects.toThrow('its file has no profile');
});

test("a worker of the embedded server asks for nothing that a developer's profile says of the cloud; one of another server does", async () => {
  const cloud = configured('cloud', '[profile.default]', 'namespace = "cloud"', `api_key = "${KEY}"`);
  const parts = {
    temporal: { address: embedded, namespace: 'default', uiUrl: null, embedded: true },
    ...{ databaseUrl: cloud.DATABASE_URL!, smtpUrl: cloud.SMTP_URL!, relay: null },
  };
  const output = async (own: boolean, word: RegExp) => {
    const given = environmentOf({ ...parts, temporal: { ...parts.temporal, embedded: own } });
    const { TEMPORAL_NAMESPACE: _, ...env } = process.env;
    const child = spawn(process.execPath, [join(projectFolder, 'scripts', 'run.mjs'), 'worker'], {
      env: { ...env, ...cloud, TEMPORAL_PROFILE: 'default', ...given },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await until(
      'its word',
      () => word.test(text),
      () => text,
    );
    child.kill('SIGTERM');
    await ended;
    return text;
  };
  expect(await output(true, /waiting for a ledger/)).not.toContain('TLS');
  expect(await output(false, /speaks none/)).not.toContain(KEY);
});
