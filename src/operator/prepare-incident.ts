import { readFileSync, statSync } from 'node:fs';
import type { VariantTable } from '../incident/choose-variant';
import { fileHash } from '../incident/file-hash';
import { formatProblems } from '../incident/incident-problem';
import type { Incident } from '../incident/incident-schema';
import { type FaultyFile, type MoreChecks, parseIncident } from '../incident/parse-incident';
import { soundVariants } from '../incident/sound-parts';
import { compileNotices, type NoticeSet } from '../notice/compile-notice';
import { ToldError } from './told-error';
import { counted } from './words';

/** An incident file that may be started: read, checked, every notice compiled. */
export interface PreparedIncident {
  file: string;
  incident: Incident;
  fileHash: string;
  notices: NoticeSet;
  /** The file as it was read. */
  bytes: Buffer;
}

/** What a look at the company's database needs of an incident file. */
export interface CompanyIncident extends Pick<Incident, 'id' | 'cutoff' | 'database'> {
  /** Null: the file does not say it yet. */
  relay: Incident['relay'] | null;
  /** Which notice is whose; null: the file does not say it yet. */
  variants: VariantTable | null;
  /** All of it as plain data: a row of ours is to hold it. */
  file: unknown;
}

export function companyIncident(incident: Incident): CompanyIncident {
  const { id, cutoff, database, relay } = incident;
  return { id, cutoff, database, relay, variants: incident, file: incident };
}

/** A file that cannot be an incident yet. */
export interface FaultyIncident {
  file: string;
  /** Everything that is wrong with it, a line each. */
  problems: string[];
  /** The parts that are sound enough to look at the database with; or why there are none. */
  company: CompanyIncident | { unseen: string };
}

/** Reads and checks an incident file. @param also what is wanted of it beyond what the notice needs. */
export async function readIncident(
  file: string,
  also?: MoreChecks,
): Promise<PreparedIncident | FaultyIncident> {
  const bytes = readBytes(file);
  const parsed = parseIncident(bytes, { now: new Date(), ...(also ? { also } : {}) });
  if ('problems' in parsed)
    return {
      file,
      problems: parsed.problems.map((problem) => formatProblems(file, [problem])),
      company: soundCompany(parsed),
    };
  const { incident } = parsed;
  return { file, incident, fileHash: fileHash(incident), notices: await compileNotices(incident), bytes };
}

/** The same. @throws ToldError (usage) when it cannot be an incident. */
export async function prepareIncident(file: string, also?: MoreChecks): Promise<PreparedIncident> {
  const read = await readIncident(file, also);
  if ('problems' in read) throw faultyFile(read);
  return read;
}

export function faultyFile({ problems }: FaultyIncident): ToldError {
  return wrongFile(`${problems.join('\n')}\n${counted(problems.length, 'problem')}: nothing was done.`);
}

/** A look with a mapping that contradicts itself is still of use; with a wrong cutoff every count would be wrong. */
function soundCompany({ problems, parts, value }: FaultyFile): FaultyIncident['company'] {
  if (value === undefined)
    return {
      unseen: 'Neither the rest of the file nor the database was looked at: fix these lines first',
    };
  const { id, database } = parts;
  const cutoff = problems.some(({ path }) => path === 'cutoff') ? undefined : parts.cutoff;
  if (id !== undefined && cutoff !== undefined && database !== undefined)
    return {
      id,
      cutoff,
      database,
      relay: parts.relay ?? null,
      variants: soundVariants(parts, problems, value),
      file: value,
    };
  const wrong = Object.entries({ database, cutoff, id }).flatMap(([part, sound]) =>
    sound === undefined ? [part] : [],
  );
  const answered = database === undefined ? ', and answer each ??? there' : '';
  return {
    unseen: `The database was not looked at: first correct the file's ${wrong.join(' and ')}${answered}`,
  };
}

function wrongFile(message: string): ToldError {
  return new ToldError(message, 2);
}

const MOST_BYTES = 5_000_000;

function readBytes(file: string): Buffer {
  try {
    const stats = statSync(file);
    // It is read more than once; and a pipe into which nobody writes is waited for without end.
    if (!stats.isFile() && !stats.isDirectory())
      throw wrongFile(`${file}: found a pipe or a device, name an ordinary file (write it to one first)`);
    if (stats.size > MOST_BYTES)
      throw wrongFile(`${file}: found more than 5 MB, write an incident file (YAML)`);
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const troubles = {
      ENOENT: 'no such file',
      EISDIR: 'a folder',
      EACCES: 'a file that this user may not read',
      ELOOP: 'links that lead in a circle',
    };
    throw wrongFile(
      `${file}: found ${troubles[code as keyof typeof troubles] ?? code}, name an incident file, such as examples/zappos-2012/incident.yaml`,
    );
  }
}
