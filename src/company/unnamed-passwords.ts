import { type CompanyCatalog, columnsOf } from './catalog';
import { saysNoKind } from './credential-names';
import { nameWords } from './name-words';
import type { Facts } from './sample-facts';
import type { TableLink } from './table-links';

/**
 * Whether the values say that a column holds passwords whose name says no more than that it opens something: vBulletin's user.token
 * begins with $2y$. A name that says more is believed: reset codes are kept as hashes, too.
 */
export function holdsPasswords({ tables }: Pick<Facts, 'tables'>, table: string, column: string): boolean {
  const shape = tables[table]?.shapes[column];
  return shape !== undefined && saysNoKind(column) && shape.marked > 0 && shape.marked * 2 >= shape.filled;
}

/**
 * One row for each customer in a table that is called so may be their password, in a column whose name says nothing: XenForo's
 * xf_user_authenticate.data. With the row deleted nobody could choose a new one.
 */
export function mayHoldPasswords(catalog: CompanyCatalog, table: string, { unique }: TableLink): boolean {
  const words = nameWords(table);
  return (
    unique &&
    words.some((word) => KEEPS.has(word)) &&
    !PASSING.some((word) => words.includes(word)) &&
    columnsOf(catalog, table).every(({ name }) => !nameWords(name).some((word) => PASSING.includes(word)))
  );
}

const KEEPS = new Set(
  'authenticate authentication auth credential password passwd login identity'.split(' '),
);
const PASSING = 'session token reset reminder recovery request link lost forgot remember code'.split(' ');
