import { type Connection, isGrpcServiceError, ServiceError } from '@temporalio/client';
import { cleanLine } from '../incident/asked-by';
import { SEARCH_KEYS } from '../incident/run-status';

/** IndexedValueType of temporal.api.enums.v1, by number. */
const TYPES = [
  'UNSPECIFIED',
  'TEXT',
  'KEYWORD',
  'INT',
  'DOUBLE',
  'BOOL',
  'DATETIME',
  'KEYWORD_LIST',
] as const;

/**
 * Registers what is missing of our search attributes. A hosted Temporal, or one without the right to, refuses; one may have an
 * attribute of that name and another type, which is somebody's. Runs go on without them.
 * @returns why they cannot be set, on one line; null: they are all there.
 */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<string | null> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const wanted = Object.values(SEARCH_KEYS).map(({ name, type }) => ({
      name,
      type,
      found: TYPES[customAttributes?.[name] ?? 0],
    }));
    const others = wanted.filter(({ found, type }) => found !== 'UNSPECIFIED' && found !== type);
    if (others.length > 0)
      return others
        .map(({ name, type, found }) => `${name} is ${found ?? 'of an unknown type'} there, not ${type}`)
        .join('; ');
    const missing = wanted.filter(({ found }) => found === 'UNSPECIFIED');
    if (missing.length === 0) return null;
    const searchAttributes = Object.fromEntries(
      missing.map(({ name, type }) => [name, TYPES.indexOf(type) as number]),
    );
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    return null;
  } catch (error) {
    return oneLine(error as Error);
  }
}

/**
 * The server refuses a start for its search attributes, although they were registered: some servers take seconds to know them.
 * @returns its words on one line; null: it refuses it for something else.
 */
export function refusedForSearchAttributes(error: unknown): string | null {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (!isGrpcServiceError(cause) || cause.code !== INVALID_ARGUMENT) return null;
  return /search attribute/i.test(cause.details) ? cleanLine(cause.details, 300) : null;
}

/** Of gRPC's status codes. */
const INVALID_ARGUMENT = 3;

function oneLine(error: Error): string {
  const { details, message } = error as Error & { details?: string };
  return cleanLine(details || message, 300);
}
