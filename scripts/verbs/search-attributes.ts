import type { Connection } from '@temporalio/client';
import { SEARCH_KEYS } from '../../src/incident/search-keys';

/** IndexedValueType of temporal.api.enums.v1. */
const INDEXED = { KEYWORD: 2, INT: 3 } as const;

/**
 * Registers what is missing of our search attributes. A hosted Temporal, or one without the right to, refuses; runs go on
 * without them.
 * @returns why it was refused; null: they are all there.
 */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<string | null> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.values(SEARCH_KEYS).filter(({ name }) => customAttributes?.[name] === undefined);
    if (missing.length === 0) return null;
    const searchAttributes = Object.fromEntries(missing.map(({ name, type }) => [name, INDEXED[type]]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
