import { dirname, join, resolve } from 'node:path';

export const projectFolder = dirname(dirname(dirname(__dirname)));

/** Everything that the embedded stack keeps: data, logs, its addresses, the Temporal binary. Safe to delete when it is stopped. */
export const localFolder = join(projectFolder, '.local');

/** Where the embedded stack keeps its state: .local/ unless BREACH_RESPONSE_LOCAL names another folder, so that two go side by side. */
export const stackFolder = process.env.BREACH_RESPONSE_LOCAL
  ? resolve(process.env.BREACH_RESPONSE_LOCAL)
  : localFolder;

/** Where the workers of this machine keep their dot journals. */
export function journalFolder(): string {
  return join(stackFolder, 'journal');
}
