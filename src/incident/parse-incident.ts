import { checkIncident } from './check-incident';
import { describeValue, type Finding, type Problem } from './incident-problem';
import { type Incident, incidentSchema } from './incident-schema';
import { readFileText } from './incident-text';
import { type IncidentYaml, readYaml } from './incident-yaml';
import { schemaProblems } from './schema-problems';
import { allParts, type SoundParts, soundParts } from './sound-parts';

export type MoreChecks = (parts: SoundParts) => Finding[];

/** A file that is no incident yet. */
export interface FaultyFile {
  problems: Problem[];
  /** What of it can be relied on all the same; a contradiction between its values may still be among `problems`. */
  parts: SoundParts;
  /** As plain data; undefined where the YAML itself cannot be read: then nothing else in it was looked at. */
  value: Record<string, unknown> | undefined;
}

/**
 * Reads an incident file. Everything that is wrong with it comes back at once, in the order of the file; where the YAML itself
 * cannot be read, only that, since the rest would be guesses.
 * @param file its text, or its bytes as they are (UTF-8, any line ends).
 * @param options.now the cutoff must lie before it.
 * @param options.also what is wanted of the file beyond what the notice needs.
 */
export function parseIncident(
  file: string | Uint8Array,
  options: { now: Date; also?: MoreChecks },
): { incident: Incident } | FaultyFile {
  const { text, problems: unprintable, unreadable } = readFileText(file);
  if (unreadable) return { problems: unprintable, parts: {}, value: undefined };
  const yaml = readYaml(text);
  if (!isSection(yaml.value))
    return {
      problems: inFileOrder([
        ...unprintable,
        ...(yaml.problems.length > 0 ? yaml.problems : [noSection(yaml)]),
      ]),
      parts: {},
      value: undefined,
    };
  const parsed = incidentSchema.safeParse(yaml.value);
  const wrong = parsed.success
    ? []
    : schemaProblems(incidentSchema, yaml.value, parsed.error.issues, yaml.source);
  const parts = parsed.success ? allParts(parsed.data) : soundParts(yaml.value);
  const contradictions = [...checkIncident(parts, yaml.value, options.now), ...(options.also?.(parts) ?? [])];
  const misfits = wrong.map(yaml.place);
  const problems = [
    ...unprintable,
    ...yaml.problems,
    ...yaml.losses.filter((loss) => !misfits.some((misfit) => isSamePlace(misfit, loss))),
    ...misfits,
    ...contradictions.map(yaml.place),
  ];
  return parsed.success && problems.length === 0
    ? { incident: parsed.data }
    : { problems: inFileOrder(problems), parts: withoutKeysTwice(parts, yaml.problems), value: yaml.value };
}

/** The schema's words for a number where a text is wanted say more. */
function isSamePlace(misfit: Problem, loss: Problem): boolean {
  return misfit.line === loss.line && misfit.column === loss.column;
}

/** Of two values of one key nobody knows which is meant. */
function withoutKeysTwice(parts: SoundParts, twice: Problem[]): SoundParts {
  const sections = twice.map(({ path }) => path.split('.')[0]);
  return Object.fromEntries(Object.entries(parts).filter(([section]) => !sections.includes(section)));
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noSection(yaml: IncidentYaml): Problem {
  const found = yaml.value === null ? 'an empty file' : describeValue(yaml.value);
  const wanted = 'an incident: begin with a copy of examples/zappos-2012/incident.yaml';
  const whole: Finding = { path: [], found, wanted };
  return yaml.place(whole);
}

/** Two checks may find the same at one place: it is told once, by the check that knows the path. */
function inFileOrder(problems: Problem[]): Problem[] {
  const told = new Map<string, Problem>();
  for (const problem of problems) {
    const key = `${problem.line}:${problem.column} ${problem.found}`;
    const before = told.get(key);
    if (!before || before.path === '') told.set(key, problem);
  }
  return [...told.values()].sort((left, right) => left.line - right.line || left.column - right.column);
}
