import { join } from 'node:path';

const program = join(__dirname, '..', '..');
const OWN = [join(program, 'src'), join(program, 'node_modules')];

/** Whether a package or a file of this program that is read only when it is needed is gone: somebody installs, or has deleted it. */
export function isOwnFileLost(error: unknown): boolean {
  const { code, path } = error as { code?: string; path?: string };
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') return true;
  return code === 'ENOENT' && OWN.some((folder) => path?.startsWith(folder));
}
