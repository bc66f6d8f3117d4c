import { readFileSync, statSync } from 'node:fs';
import { compileNotices, type NoticeSet } from '../../src/email/compile-notice';
import { NoticeError } from '../../src/email/notice-error';
import { fileHash } from '../../src/incident/file-hash';
import { formatProblems } from '../../src/incident/incident-problem';
import type { Incident } from '../../src/incident/incident-schema';
import { type MoreChecks, parseIncident } from '../../src/incident/parse-incident';
import { ToldError } from '../cli/told-error';

/** An incident file that may be started: read, checked, every notice compiled. */
export interface PreparedIncident {
  file: string;
  incident: Incident;
  fileHash: string;
  notices: NoticeSet;
}

/**
 * Reads and checks an incident file.
 * @param also what is wanted of it beyond what the notice needs.
 * @throws ToldError (usage) when it cannot be an incident: with everything that is wrong with it, by line and column.
 */
export async function prepareIncident(file: string, also?: MoreChecks): Promise<PreparedIncident> {
  const parsed = parseIncident(readBytes(file), { now: new Date(), ...(also ? { also } : {}) });
  if ('problems' in parsed) {
    const { length } = parsed.problems;
    throw wrongFile(
      `${formatProblems(file, parsed.problems)}\n${length === 1 ? '1 problem' : `${length} problems`}: nothing was done.`,
    );
  }
  const { incident } = parsed;
  try {
    return { file, incident, fileHash: fileHash(incident), notices: await compileNotices(incident) };
  } catch (error) {
    if (error instanceof NoticeError)
      throw wrongFile(`${file}: ${error.message}\n1 problem: nothing was done.`);
    throw error;
  }
}

function wrongFile(message: string): ToldError {
  return new ToldError(message, 2);
}

const MOST_BYTES = 5_000_000;

function readBytes(file: string): Buffer {
  try {
    if (statSync(file).size > MOST_BYTES)
      throw wrongFile(`${file}: found more than 5 MB, write an incident file (YAML)`);
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const found = {
      ENOENT: 'no such file',
      EISDIR: 'a folder',
      EACCES: 'a file that this user may not read',
    };
    throw wrongFile(
      `${file}: found ${found[code as keyof typeof found] ?? code}, name an incident file, such as examples/zappos-2012/incident.yaml`,
    );
  }
}
