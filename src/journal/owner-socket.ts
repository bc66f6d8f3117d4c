import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** Listens at `path` for as long as this process lives: the kernel ends it with the process, however it dies. */
export function listenAsOwner(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => undefined).destroy());
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      server.unref();
      resolve();
    });
  });
}

/**
 * True only when the owner is certainly gone: its socket is there and refuses. A stopped process still accepts; no socket, no
 * right to it or a full queue prove nothing.
 */
export function isOwnerGone(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

/** Nothing is left to take over from this owner. */
export function removeSocket(path: string): void {
  rmSync(path, { force: true });
}
