import { incidentSchema } from '../../src/incident/incident-schema';
import { readYaml } from '../../src/incident/incident-yaml';
import { WHOLE_EXAMPLE, withValue } from './example-incident';

const WHOLE = readYaml(WHOLE_EXAMPLE).value as Record<string, unknown>;
/** In one language. */
export const example = { ...WHOLE, texts: { en: (WHOLE.texts as Record<string, unknown>).en } };

export const x = (count: number) => 'x'.repeat(count);
export const times = (count: number, item: unknown = 'x') => Array(count).fill(item);
export const pathOf = (path: string) =>
  path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));

/** Where the schema finds fault, once that value stands there. */
export function faultsWith(path: string, value: unknown): string[] {
  const parsed = incidentSchema.safeParse(withValue(example, pathOf(path), value));
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
}

/** Both sides of a limit: what is taken there, and what is refused, by that very place or one below it. */
export interface Limit {
  taken: unknown[];
  refused: unknown[];
}

export const wholeNumber = (min: number, max: number): Limit => ({
  taken: [min, max],
  refused: [min - 1, max + 1, min + 0.5, String(min)],
});
export const share = (min: number, max: number): Limit => ({
  taken: [min, max, (min + max) / 2],
  refused: [min - 0.0001, max + 0.0001, String(max)],
});
export const list = (most: number, item: unknown, least = 0): Limit => ({
  taken: [times(least, item), times(most, item)],
  refused: [...(least > 0 ? [times(least - 1, item)] : []), times(most + 1, item), item],
});
export const optional = ({ taken, refused }: Limit): Limit => ({ taken: [...taken, undefined], refused });
export const nullable = ({ taken, refused }: Limit): Limit => ({ taken: [...taken, null], refused });

export const LINE: Limit = { taken: ['x', x(300), `  ${x(300)} \n`], refused: ['', ' \n ', x(301), 7, null] };

/** No value is refused that the limit takes, and none taken that it refuses: at that very place, or below it. */
export function holds(path: string, { taken, refused }: Limit): void {
  const faults = (value: unknown) => faultsWith(path, value).filter((fault) => fault.startsWith(path));
  expect(taken.filter((value) => faultsWith(path, value).length > 0)).toEqual([]);
  expect(refused.filter((value) => faults(value).length === 0)).toEqual([]);
}
