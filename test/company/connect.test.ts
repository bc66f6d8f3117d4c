import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConnection } from '../../src/company/connect';
import { type SelfSigned, selfSigned } from '../smtp/self-signed';
import { type HostileServer, hostileServer, serverKinds } from './hostile-server';

describe.each(serverKinds)('%s with its own certificate', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'db-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const ofName = selfSigned('DNS:localhost') as SelfSigned;
  const ofAddress = selfSigned('IP:127.0.0.1') as SelfSigned;
  let server: HostileServer;

  const showing = async (certificate: SelfSigned) => {
    install(certificate);
    await server.asRoot(kind === 'mysql' ? 'ALTER INSTANCE RELOAD TLS' : 'FLUSH SSL');
  };
  const install = (certificate: SelfSigned) => {
    copyFileSync(certificate.caFile, cert);
    copyFileSync(certificate.keyFile, key);
    for (const file of [cert, key]) chmodSync(file, 0o644); // the server may run as a user of its own
  };

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    install(ofName);
    const options = [`--ssl-ca=${cert}`, `--ssl-cert=${cert}`, `--ssl-key=${key}`];
    server = await hostileServer({
      kind,
      options,
      initSql: ["CREATE USER app@'localhost'", "CREATE USER certified@'%' REQUIRE X509"],
    });
  });
  afterAll(async () => {
    await server?.stop();
    for (const certificate of [ofName, ofAddress]) certificate.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (authority: string, settings: string) =>
    cipherOf(`mysql://${authority}:${server.port}/shop?${settings}`);

  test('the server may end an idle connection without ending the process', async () => {
    const connection = await openConnection(server.rootUrl);
    const [rows] = await connection.query('SELECT CONNECTION_ID() AS id');
    const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
    const closed = new Promise((resolve) => stream.once('close', resolve));
    await server.asRoot(`KILL ${(rows as { id: number }[])[0]!.id}`);
    await closed;
    await expect(connection.query('SELECT 1')).rejects.toThrow(/closed/);
  });

  test('is accepted if it names the host and its CA is known', async () => {
    expect(await open('root@localhost', `ca=${ofName.caFile}`)).not.toBe('');
    expect(await open('root@localhost', `ssl-mode=VERIFY_IDENTITY&ssl-ca=${ofName.caFile}`)).not.toBe('');
  });

  test('is refused for another name or address, even for an address that is called localhost', async () => {
    const asAddress = open('root@127.0.0.1', `ca=${ofName.caFile}`);
    await expect(asAddress).rejects.toThrow(
      /certificate of 127\.0\.0\.1:\d+ is not accepted .*does not match/,
    );
    await showing(ofAddress);
    expect(await open('root@127.0.0.1', `ca=${ofAddress.caFile}`)).not.toBe('');
    const asName = open('root@localhost', `ca=${ofAddress.caFile}`);
    await expect(asName).rejects.toThrow(/localhost:\d+ is not accepted .*does not match.*VERIFY_CA/);
    expect(await open('root@localhost', `ssl-mode=VERIFY_CA&ca=${ofAddress.caFile}`)).not.toBe('');
    await showing(ofName);
  });

  test('is refused if no known CA has signed it, and the message names ca=', async () => {
    await expect(open('root@localhost', 'ssl=true')).rejects.toThrow(/self-signed certificate.*ca=FILE/);
    await expect(open('root@localhost', 'ssl-mode=VERIFY_CA')).rejects.toThrow(/ca=FILE/);
    await expect(open('root@localhost', `ca=${ofAddress.caFile}`)).rejects.toThrow(/self-signed/);
    await expect(open('root@localhost', 'ca=/nowhere.pem')).rejects.toThrow(
      /file of ca= cannot be read \(ENOENT\)/,
    );
  });

  test('is used unverified if the URL says so, and not at all if it asks for no TLS', async () => {
    expect(await open('root@localhost', 'ssl-mode=REQUIRED')).not.toBe('');
    expect(await open('root@localhost', 'sslmode=require')).not.toBe('');
    expect(await open('root@localhost', 'tls=skip-verify')).not.toBe('');
    expect(await open('root@localhost', 'ssl-mode=DISABLED')).toBe('');
  });

  test("takes this client's own certificate", async () => {
    const own = `ca=${ofName.caFile}&cert=${ofName.caFile}&key=${ofName.keyFile}`;
    const url = `mysql://certified@localhost:${server.port}/shop`;
    await expect(cipherOf(`${url}?ca=${ofName.caFile}`, null)).rejects.toThrow(/Access denied/);
    expect(await cipherOf(`${url}?${own}`, null)).not.toBe('');
  });

  test('no user is no user: never root by itself (C79)', async () => {
    await expect(cipherOf(`mysql://127.0.0.1:${server.port}/shop`)).rejects.toThrow(
      /Access denied for user ''@/,
    );
  });

  test('its socket takes connections', async () => {
    expect(await cipherOf(`mysql://root@localhost/shop?socket=${server.socket}`)).toBe('');
    expect(await cipherOf(`mysql://app@localhost/shop?socket=${server.socket}`, null)).toBe('');
  });

  test('an IPv6 address is one', async () => {
    const bridge = createServer((socket) => {
      const toServer = connect(server.port, '127.0.0.1');
      socket.pipe(toServer).pipe(socket);
      for (const end of [socket, toServer]) end.on('error', () => undefined);
    });
    const listens = await new Promise<boolean>((resolve) => {
      bridge.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true));
    });
    if (!listens) return; // no IPv6 on this machine
    const { port } = bridge.address() as AddressInfo;
    expect(await cipherOf(`mysql://root@[::1]:${port}/shop`)).toBe('');
    await new Promise((resolve) => bridge.close(resolve));
  });
});

test('nothing is sent if the URL wants TLS and the server offers none (MariaDB)', async () => {
  const server = await hostileServer({ kind: 'mariadb' });
  try {
    for (const setting of ['ssl-mode=REQUIRED', 'ssl=true', 'tls=skip-verify']) {
      const opened = cipherOf(`mysql://root:secret@127.0.0.1:${server.port}/shop?${setting}`);
      await expect(opened).rejects.toThrow(
        /127\.0\.0\.1:\d+ offers no TLS, so nothing was sent to it.*ssl-mode=DISABLED/,
      );
    }
  } finally {
    await server.stop();
  }
});

/** The cipher of a connection; empty: it is in clear. */
async function cipherOf(url: string, schema?: null): Promise<string> {
  const connection = await openConnection(url, schema === undefined ? {} : { schema });
  try {
    const [rows] = await connection.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
    return (rows as { Value: string }[])[0]!.Value;
  } finally {
    connection.destroy();
  }
}
