import type { DeadValue } from '../incident/database-schema';
import { type CatalogColumn, type CompanyCatalog, isUnique } from './catalog';
import type { Shape } from './sample-facts';

/** A value to put in the place of another, and why it fits; null where none is known to fit. */
export interface DeadProposal {
  dead: DeadValue | null | undefined;
  because: string;
}

/**
 * What an expired password could become: it must fit type, length and NOT NULL, equal no hash, and be no password itself where
 * passwords are kept as they are. Whether this system's reset takes it only the company can try.
 */
export function deadPassword(
  catalog: CompanyCatalog,
  column: CatalogColumn,
  shape: Shape | undefined,
): DeadProposal {
  const { table, name, sqlType, nullable } = column;
  const fits = `it fits ${sqlType}${nullable ? '' : ' NOT NULL'}`;
  if (nullable) return { dead: null, because: `${sqlType} may be NULL` };
  const room = roomOf(column);
  if (column.type === 'json') return { dead: '{}', because: `${sqlType} NOT NULL takes only JSON` };
  if (column.type === 'binary') {
    if (room >= 16 && room <= 128)
      return { dead: { random: room }, because: `${fits}, to the last of its ${room} octets` };
    return { dead: undefined, because: `${sqlType} NOT NULL has no room for a value that nobody can guess` };
  }
  // A fixed text would be everybody's password where they are kept in plain text, and one value only once under a unique index.
  const hashed = shape !== undefined && shape.filled > 0 && (shape.mark !== null || shape.hexadecimal);
  if (hashed && !isUnique(catalog, table, name) && room >= EXPIRED.length)
    return { dead: EXPIRED, because: `${fits}, and no hash has a *` };
  if (room > 16)
    return {
      dead: { random: Math.min(40, room - 1), after: '*' },
      because: `${fits}, and nobody can type it`,
    };
  return { dead: undefined, because: `${sqlType} NOT NULL has no room for a value that nobody can guess` };
}

const EXPIRED = '*expired*';

/** What an outstanding token becomes. An empty text only where the system itself leaves it so: it is sent easily. */
export function deadToken(catalog: CompanyCatalog, column: CatalogColumn): DeadProposal {
  const { table, name, sqlType, nullable } = column;
  if (nullable) return { dead: null, because: `${sqlType} may be NULL` };
  const unique = isUnique(catalog, table, name);
  if (column.default === '' && !unique) return { dead: '', because: 'empty is its default' };
  const room = roomOf(column);
  if (column.type === 'json') return { dead: '{}', because: `${sqlType} NOT NULL` };
  if (/int$|^decimal$/.test(column.type))
    return { dead: undefined, because: `${sqlType} NOT NULL: no number is free` };
  if (room >= 16)
    return {
      dead: { random: Math.min(column.type === 'binary' ? 128 : 40, room) },
      because: `${sqlType} NOT NULL`,
    };
  return { dead: undefined, because: `${sqlType} NOT NULL has no room for a value that nobody can guess` };
}

/** Characters or octets; a text without a limit has room. */
function roomOf({ type, length }: CatalogColumn): number {
  if (type === 'uuid') return 0;
  return /^(var)?(char|binary)$/.test(type) ? (length ?? 0) : type.startsWith('tiny') ? 255 : 65_535;
}

/** In words: 60 characters, begins with $2y$. */
export function shapeWords({ filled, shortest, longest, mark, hexadecimal }: Shape): string {
  if (filled === 0) return 'no row has one';
  const length = shortest === longest ? `${longest}` : `${shortest} to ${longest}`;
  const form = mark !== null ? `, begins with ${mark}` : hexadecimal ? ', hexadecimal' : '';
  return `${length} characters${form}`;
}
