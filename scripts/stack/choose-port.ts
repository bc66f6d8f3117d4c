import { type AddressInfo, createServer } from 'node:net';

/**
 * The preferred port on loopback, or a free one when it is taken, which is said. 0: any free one, silently.
 * Nobody holds the port between this and its use: who loses that race ends with its own clear message.
 */
export async function choosePort(
  what: string,
  preferred: number,
  say: (line: string) => void,
): Promise<number> {
  const port = await tryPort(preferred);
  if (port !== null) return port;
  const free = await tryPort(0);
  if (free === null) throw new Error('No free port on 127.0.0.1.');
  say(`Port ${preferred} is taken: ${what} uses ${free} instead.`);
  return free;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(null) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => {
      const chosen = (server.address() as AddressInfo).port;
      server.close(() => resolve(chosen));
    });
  });
}
