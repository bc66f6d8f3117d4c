import { z } from 'zod';
import type { FilePath } from './incident-problem';

type Schema = z.core.$ZodType;

/** The part of a schema that judges what stands at `path`; undefined where the schema knows no such place. */
export function schemaAt(schema: Schema, path: FilePath): Schema | undefined {
  let at: Schema | undefined = schema;
  for (const step of path) at = at && stepInto(unwrapped(at), step);
  return at;
}

/** The keys of a section; none for what is no section, or takes any key. */
export function keysOf(schema: Schema | undefined): string[] {
  const inner = schema && unwrapped(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** What to write there, in words. */
export function wantedAt(schema: Schema | undefined): string {
  for (let at = schema; at !== undefined; at = innerOf(at)) {
    const { description } = at as z.ZodType;
    if (description !== undefined) return description;
    if (at instanceof z.ZodArray) return 'a list, each item after a hyphen';
    if (at instanceof z.ZodObject) return `a section with the keys ${keysOf(at).join(', ')}`;
    if (at instanceof z.ZodRecord) return `a section, each key ${wantedAt(at.keyType)}`;
  }
  return 'something else';
}

function stepInto(schema: Schema, step: string | number): Schema | undefined {
  if (schema instanceof z.ZodObject)
    return Object.hasOwn(schema.shape, step) ? schema.shape[step] : undefined;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? (schema.element as Schema) : undefined;
}

/** Without default, optional, nullable. */
export function unwrapped(schema: Schema): Schema {
  const inner = innerOf(schema);
  return inner === undefined ? schema : unwrapped(inner);
}

/** What a default, an optional or a nullable is one of; undefined for what is none of them. */
export function innerOf(schema: Schema): Schema | undefined {
  const { def } = schema._zod;
  return 'innerType' in def ? (def.innerType as Schema) : undefined;
}
