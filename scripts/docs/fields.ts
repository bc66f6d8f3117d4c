import { z } from 'zod';
import { innerOf, unwrapped, wantedAt } from '../../src/incident/schema-shape';

type Schema = z.core.$ZodType;

/** What the schema of the incident file says of one place in it. */
export interface Field {
  /** Such as `database.retire[].table`, or `texts.LANGUAGE.subject`. */
  path: string;
  schema: Schema;
  means: string;
  /** What to write, in words. */
  write: string;
  required: boolean;
  /** What stands where it is left out; undefined: nothing. */
  default: unknown;
  /** What happens where it is left out; '' where the default says it all. */
  without: string;
  examples: unknown[];
  shape: Shape | null;
}

/** What comes more than once, and has a section of its own on the page. */
export interface Shape {
  heading: string;
  means: string;
}

/** @throws Error where a field does not say what it means. */
function fieldAt(path: string, schema: Schema): Field {
  const { means, without = '', examples = [], shape = null } = wordsOf(schema);
  if (means === undefined) throw new Error(`${path} says nothing of itself: give it .meta({ means })`);
  const wrappers = chain(schema);
  const withDefault = wrappers.find(
    (wrapper) => wrapper instanceof z.ZodDefault || wrapper instanceof z.ZodPrefault,
  );
  const optional = wrappers.some((wrapper) => wrapper instanceof z.ZodOptional);
  return {
    path,
    schema,
    means,
    write: writeAt(schema),
    required: withDefault === undefined && !optional,
    default: withDefault?.def.defaultValue,
    without,
    examples,
    shape,
  };
}

/** The fields directly below a section, a list of sections, a section with any keys, or one of several shapes. */
export function fieldsBelow(path: string, schema: Schema): Field[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) return fieldsBelow(`${path}[]`, inner.element as Schema);
  if (inner instanceof z.ZodRecord)
    return fieldsBelow(
      `${path}.${path === 'relay.relays' ? 'NAME' : LANGUAGE}`,
      inner.valueType as unknown as Schema,
    );
  if (inner instanceof z.ZodUnion)
    return inner.options.flatMap((option) => fieldsBelow(path, option as unknown as Schema));
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, Schema>).map(([key, below]) =>
    fieldAt(path === '' ? key : `${path}.${key}`, below),
  );
}

/** The same, and what is below these, in the order of the file; a shape that has its own section is not entered. */
export function allFieldsBelow(path: string, schema: Schema): Field[] {
  return fieldsBelow(path, schema).flatMap((field) => [
    field,
    ...(field.shape === null ? allFieldsBelow(field.path, field.schema) : []),
  ]);
}

/** Keys of every other section with any keys. */
const LANGUAGE = 'LANGUAGE';

function writeAt(schema: Schema): string {
  const inner = unwrapped(schema);
  const { description } = wordsOf(schema);
  if (description !== undefined) return description;
  if (inner instanceof z.ZodRecord) return `a section; each key ${wantedAt(inner.keyType as Schema)}`;
  if (inner instanceof z.ZodObject) return 'a section';
  if (inner instanceof z.ZodLiteral) return `${inner.value}`;
  if (inner instanceof z.ZodString) return 'a text';
  if (inner instanceof z.ZodNumber) return 'a number';
  if (!(inner instanceof z.ZodArray)) return wantedAt(schema);
  const element = inner.element as Schema;
  return unwrapped(element) instanceof z.ZodObject
    ? 'a list of sections'
    : `a list; each ${writeAt(element)}`;
}

function chain(schema: Schema): Schema[] {
  const inner = innerOf(schema);
  return inner === undefined ? [schema] : [schema, ...chain(inner)];
}

/** What a schema says of itself; undefined where it says nothing. */
export function wordsOf(schema: Schema) {
  return {
    means: metaOf<string>(schema, 'means'),
    description: metaOf<string>(schema, 'description'),
    without: metaOf<string>(schema, 'without'),
    examples: metaOf<unknown[]>(schema, 'examples'),
    shape: metaOf<Shape>(schema, 'shape'),
  };
}

/** The outermost word counts: a default or an optional says it of its place, what is within of its kind. */
function metaOf<Value>(schema: Schema, key: string): Value | undefined {
  return chain(schema)
    .map((wrapper) => z.globalRegistry.get(wrapper)?.[key] as Value | undefined)
    .find((value) => value !== undefined);
}
