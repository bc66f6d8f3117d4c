import { dirname, join } from 'node:path';

export const projectFolder = dirname(dirname(__dirname));

/** Everything that the embedded stack keeps: data, logs, its addresses, the Temporal binary. Safe to delete when it is stopped. */
export const localFolder = join(projectFolder, '.local');
