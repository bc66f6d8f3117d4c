import { saysNoKind } from './credential-names';
import type { Facts } from './sample-facts';

/**
 * Whether the values say that a column holds passwords whose name says no more than that it opens something: vBulletin's user.token
 * begins with $2y$. A name that says more is believed: reset codes are kept as hashes, too.
 */
export function holdsPasswords({ tables }: Pick<Facts, 'tables'>, table: string, column: string): boolean {
  const shape = tables[table]?.shapes[column];
  return shape !== undefined && saysNoKind(column) && shape.marked > 0 && shape.marked * 2 >= shape.filled;
}
