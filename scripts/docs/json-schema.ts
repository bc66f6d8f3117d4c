import { z } from 'zod';
import { incidentSchema } from '../../src/incident/incident-schema';
import { wordsOf } from './fields';

type Json = z.core.JSONSchema.BaseSchema;

/**
 * docs/incident.schema.json: what an editor can know of an incident file. Draft 7, which yaml-language-server and JetBrains both read.
 * It refuses nothing that the parser takes: what JSON Schema cannot say as the parser means it is left open.
 */
export function incidentJsonSchema(): string {
  const schema = z.toJSONSchema(incidentSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema instanceof z.ZodString && isTrimmed(zodSchema)) openToSpace(jsonSchema);
      if (jsonSchema.pattern !== undefined) {
        // A pattern says it all; a validator's own idea of a date or an instant is another.
        delete jsonSchema.format;
        jsonSchema.pattern = jsonSchema.pattern.replaceAll('\\0', '\\u0000');
      }
      inWords(zodSchema, jsonSchema);
    },
  });
  return `${JSON.stringify({ title: 'Incident file of breach-response', ...schema }, null, 2)}\n`;
}

/** What an editor shows beside a field, and where its value is wrong: the schema's own words. */
function inWords(schema: z.core.$ZodType, json: Json): void {
  const { means, description, without } = wordsOf(schema);
  for (const own of ['means', 'without', 'shape']) delete json[own];
  const sentences = [means, description && `Write ${description}.`, without && `Left out: ${without}`];
  if (sentences.some(Boolean)) json.description = sentences.filter(Boolean).join('\n\n');
  if (json.pattern !== undefined && description) json.patternErrorMessage = `Write ${description}.`;
}

function isTrimmed(schema: z.ZodString): boolean {
  return (schema.def.checks ?? []).some(({ _zod }) => _zod.def.check === 'overwrite');
}

/** The parser cuts space at both ends before it measures and compares. */
function openToSpace(json: Json): void {
  delete json.maxLength;
  delete json.pattern;
}
