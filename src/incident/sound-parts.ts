import { type Incident, type IncidentTexts, incidentSchema, textsSchema } from './incident-schema';

/** What of an incident can be relied on. A language with a fault in it is missing from `texts`. */
export type SoundParts = Partial<Incident>;

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
  return sound as SoundParts;
}
