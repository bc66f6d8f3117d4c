import { createHash } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Unix socket's path has at most 107 bytes (unix(7)), on macOS 103: from a deep folder it moves to the temporary one. */
export function shortSocketPath(folder: string, name: string): string {
  const wanted = join(folder, name);
  if (Buffer.byteLength(wanted) <= 100) return wanted;
  const mark = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const other = join(tmpdir(), `breach-response-${mark}`);
  mkdirSync(other, { recursive: true, mode: 0o700 });
  if (statSync(other).uid !== process.getuid?.())
    throw new Error(`${other} belongs to another user: delete it.`);
  return join(other, name);
}
