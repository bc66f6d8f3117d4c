import { type DatabaseMapping, databaseSchema } from './database-schema';
import { type Incident, type IncidentTexts, incidentSchema, textsSchema } from './incident-schema';

/** What of an incident can be relied on. A language with a fault in it is missing from `texts`. */
export interface SoundParts extends Partial<Incident> {
  /** Of `database`, also where another part of it has a fault: which texts a customer can get depends on them. */
  customers?: DatabaseMapping['customers'];
}

/** Of a file without a fault. */
export function allParts(incident: Incident): SoundParts {
  return { ...incident, customers: incident.database.customers };
}

/** The parts of a faulty file that have no fault, so that contradictions between them are told in the same breath. */
export function soundParts(file: Record<string, unknown>): SoundParts {
  const sound: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(incidentSchema.shape)) {
    const parsed = schema.safeParse(file[key]);
    if (parsed.success) sound[key] = parsed.data;
  }
  if (sound.texts === undefined && typeof file.texts === 'object' && file.texts !== null) {
    const texts: Record<string, IncidentTexts> = {};
    for (const [language, one] of Object.entries(file.texts)) {
      const parsed = textsSchema.safeParse(one);
      if (parsed.success) texts[language] = parsed.data;
    }
    sound.texts = texts;
  }
  const { customers } = (file.database ?? {}) as Record<string, unknown>;
  const parsed = databaseSchema.shape.customers.safeParse(customers);
  if (parsed.success) sound.customers = parsed.data;
  return sound as SoundParts;
}
