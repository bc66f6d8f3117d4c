import type { VariantTable } from './choose-variant';
import { type DatabaseMapping, databaseSchema } from './database-schema';
import type { Problem } from './incident-problem';
import { type Incident, incidentSchema } from './incident-schema';
import { type IncidentTexts, textsSchema } from './texts-schema';

/**
 * What of an incident can be relied on. A language with a fault in it is missing from `texts`; where nothing else in `database` has
 * one, what somebody states is empty: it changes nothing of what is done there.
 */
export interface SoundParts extends Partial<Incident> {
  /** Of `database`, also where another part of it has a fault: which texts a customer can get depends on them. */
  customers?: DatabaseMapping['customers'];
}

/** Of a file without a fault. */
export function allParts(incident: Incident): SoundParts {
  return { ...incident, customers: incident.database.customers };
}

/**
 * Which notice is whose, of a faulty file.
 * @param value the file as plain data. @returns null: that has a fault, or contradicts itself; a fault within a text changes nothing of it.
 */
export function soundVariants(
  { texts, jurisdictions, defaultLanguage }: SoundParts,
  problems: Problem[],
  value: Record<string, unknown> | undefined,
): VariantTable | null {
  if (!texts || !jurisdictions || !defaultLanguage) return null;
  const languages = Object.keys(value?.texts ?? {});
  const whole = languages.every((language) => texts[language] !== undefined);
  return whole && !problems.some(({ path }) => OF_VARIANTS.test(path))
    ? { texts, jurisdictions, defaultLanguage }
    : null;
}

const OF_VARIANTS = /^(?:texts(?:\.[^.]+)?|jurisdictions(?:\..*)?|defaultLanguage)$/;

/** The parts of a faulty file that have no fault, so that contradictions between them are told in the same breath. */
export function soundParts(file: Record<string, unknown>): SoundParts {
  const sound: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(incidentSchema.shape)) {
    const parsed = schema.safeParse(file[key]);
    if (parsed.success) sound[key] = parsed.data;
  }
  if (sound.texts === undefined && typeof file.texts === 'object' && file.texts !== null) {
    const texts: Record<string, IncidentTexts> = {};
    for (const [language, section] of Object.entries(file.texts)) {
      const parsed = textsSchema.safeParse(section);
      if (parsed.success) texts[language] = parsed.data;
    }
    sound.texts = texts;
  }
  if (typeof file.database === 'object' && file.database !== null) {
    const done = databaseSchema.safeParse({ ...file.database, stated: [] });
    if (done.success) sound.database ??= done.data;
    const { customers } = file.database as Record<string, unknown>;
    const source = databaseSchema.shape.customers.safeParse(customers);
    if (source.success) sound.customers = source.data;
  }
  return sound as SoundParts;
}
