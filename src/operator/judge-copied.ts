import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompanyFinding, stops, waits, warns } from '../company/inspect/finding';
import { copiedFacts, isTheExample, reservedDomains } from '../incident/copied-example';
import type { Problem } from '../incident/incident-problem';
import type { Incident } from '../incident/incident-schema';
import { readFileText } from '../incident/incident-text';
import { readYaml } from '../incident/incident-yaml';
import { parseIncident } from '../incident/parse-incident';
import { projectFolder } from './parts/this-machine';
import type { PreparedIncident } from './prepare-incident';
import { counted } from './words';

/** The file that operators copy, from the project's folder. */
export const EXAMPLE_FILE = 'examples/zappos-2012/incident.yaml';

/**
 * A copy of the example must not tell customers what happened to another shop (C109). Only the example itself, by its title and sender, may
 * run, as an exercise.
 * @param toNobody the relay delivers to nobody.
 * @param started the run has begun before: it goes on, or its customers would never be told.
 */
export function judgeCopied(
  { incident, bytes }: Pick<PreparedIncident, 'incident' | 'bytes'>,
  { toNobody, started }: { toNobody: boolean; started: boolean },
): CompanyFinding[] {
  const example = readExample();
  if (example === null) return [waits(NO_EXAMPLE)];
  if (toNobody && isTheExample(incident, example)) return [EXERCISE];
  const { place } = readYaml(readFileText(bytes).text);
  const facts = copiedFacts(incident, example).map(place);
  const reserved = toNobody ? [] : reservedDomains(incident).map(place);
  const found = started ? warns : stops;
  return [
    ...[...new Set(facts.map(partOf))].map((part) => {
      const ofPart = facts.filter((problem) => partOf(problem) === part);
      const what = `${part === '' ? 'The head of the file' : part} still says what the example says of another shop's breach, in ${counted(ofPart.length, 'place')}`;
      return found(listed(what, ofPart), WRITE_YOURS);
    }),
    ...(reserved.length > 0 ? [found(listed(RESERVED, reserved), 'write your own')] : []),
  ];
}

export function readExample(): Incident | null {
  const path = join(projectFolder, EXAMPLE_FILE);
  if (!existsSync(path)) return null;
  const parsed = parseIncident(readFileSync(path), { now: new Date() });
  return 'problems' in parsed ? null : parsed.incident;
}

const NO_EXAMPLE = `The file was not compared with ${EXAMPLE_FILE}, which is not whole here: whether it still says what the example says is not known`;
const EXERCISE = warns(
  'This is the example, under its own title and sender: an exercise. With a relay that delivers, its sentences stop the start',
  'for an incident of your own: npm run cli -- init --help',
);
const WRITE_YOURS = 'write what happened in your case; where it was the same, say it in your own words';
const RESERVED = 'Addresses and links at domains that nobody can have (.test, .example, example.com)';

function listed(what: string, problems: Problem[]): string {
  return [what, ...problems.map(({ line, path, found }) => `line ${line}, ${path}: ${found}`)].join('\n');
}

/** The language, as `texts.en`; '' above the texts. */
function partOf({ path }: Problem): string {
  return path.startsWith('texts.') ? path.split('.', 2).join('.') : '';
}
