import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { draftIncident } from '../incident/draft-incident';
import { nearestName } from '../incident/nearest-name';
import { OPEN } from '../incident/open-answer';
import { LAWS, type Law } from '../incident/vocabulary';
import { EXAMPLE_FILE } from './judge-copied';
import { projectFolder } from './parts/this-machine';
import { ToldError } from './told-error';
import { counted, json, printable } from './words';
import { writeNewFile } from './write-new-file';

interface InitOptions {
  languages: string[];
  laws?: Law[];
  out?: string;
  json?: boolean;
}

/** Needs none of the parts. */
export function describeInit(command: Command): void {
  command
    .description(
      `Writes an incident file for your languages and laws only, with ${OPEN} where only you know what to write.`,
    )
    .requiredOption(
      '--languages <codes>',
      'the languages of the notice, the default first, such as en,de',
      languagesOf,
    )
    .option(
      '--laws <names>',
      `laws that want a notice of their own: ${LAWS.join(', ')}, or several (default: none)`,
      lawsOf,
    )
    .option('--out <file>', 'write it to this file, which must not exist yet')
    .option('--json', 'what was written, as JSON')
    .action(init);
}

function init({ languages, laws = [], out, json: asJson }: InitOptions): void {
  const text = draftIncident(readExampleText(), {
    languages,
    laws,
    schema: join(projectFolder, 'docs', 'incident.schema.json'),
  });
  if (out !== undefined) writeNewFile('--out', out, text);
  const open = text
    .split('\n')
    .flatMap((line, i) => (!line.startsWith('#') && line.includes(OPEN) ? [i + 1] : []));
  if (asJson) console.log(json({ path: out ?? null, languages, laws, open, text }));
  else if (out === undefined) process.stdout.write(text);
  else
    console.log(
      `WRITTEN: ${out}; ${counted(open.length, 'line')} to fill, the first is line ${open[0]}: write your own words at each ${OPEN}.`,
    );
  console.error(
    `Then its database section: npm run cli -- map --out database.yaml; then: npm start -- ${out ?? 'FILE'} (a dry run, which names each ${OPEN} that is left).`,
  );
}

function readExampleText(): string {
  const path = join(projectFolder, EXAMPLE_FILE);
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ToldError(
      `${path} is not here: it belongs to this program. Get it back: git checkout -- ${EXAMPLE_FILE}`,
    );
  }
}

function languagesOf(typed: string): string[] {
  const codes = listOf(typed);
  if (codes.length === 0) throw new InvalidArgumentError('Write at least one, such as en.');
  for (const code of codes)
    if (!/^[a-z]{2,3}$/.test(code))
      throw new InvalidArgumentError(
        `Found "${printable(code, 40)}": write codes of two or three letters with commas between, such as en,de,nb.`,
      );
  return codes;
}

function lawsOf(typed: string): Law[] {
  return listOf(typed).map((name) => {
    const law = LAWS.find((known) => known === name);
    if (law !== undefined) return law;
    const near = nearestName(name, LAWS);
    throw new InvalidArgumentError(
      `Found "${printable(name, 40)}": write ${near ?? LAWS.join(', ')}, with commas between several.`,
    );
  });
}

/** Each once, whatever the case. */
function listOf(typed: string): string[] {
  const names = typed.split(/[\s,]+/).map((name) => name.toLowerCase());
  return [...new Set(names.filter((name) => name !== ''))];
}
