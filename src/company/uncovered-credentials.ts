import type { CompanyCatalog } from './catalog';
import { type CredentialFinding, findCredentials, type SeenKeys } from './find-credentials';

/** What of a mapping covers a credential; a section that is not answered yet will do. */
export interface Coverage {
  retire: { table: string; column: string }[];
  revoke: {
    table: string;
    column?: string | undefined;
    where?: string | undefined;
    delete?: string | undefined;
  }[];
  ignored: { table: string; column?: string | undefined }[];
}

/**
 * Tables and columns that look like credentials and are neither retired, revoked nor set aside with a reason: what they hold would
 * outlive the expiry, and nobody would have said so (I3, I7).
 */
export function uncoveredCredentials(
  catalog: CompanyCatalog,
  mapping: Coverage,
  seenKeys: SeenKeys = {},
): CredentialFinding[] {
  return findCredentials(catalog, seenKeys).filter(
    (finding) => coveredBy(catalog, finding, mapping) === null,
  );
}

/** The place in the mapping that covers it, such as retire.0; null: none does. */
export function coveredBy(
  catalog: CompanyCatalog,
  finding: CredentialFinding,
  mapping: Coverage,
): string | null {
  const { table, column, kind } = finding;
  const isTable = (entry: { table: string }) => isSameTable(catalog, entry.table, table);
  const isColumn = (name: string | undefined) => name?.toLowerCase() === column?.toLowerCase();
  const ignored = mapping.ignored.findIndex(
    (entry) => isTable(entry) && (entry.column === undefined || isColumn(entry.column)),
  );
  const retired = mapping.retire.findIndex(
    (entry) => isTable(entry) && (column === null || kind === 'salt' || isColumn(entry.column)),
  );
  const revoked = mapping.revoke.findIndex((entry) => {
    if (!isTable(entry)) return false;
    if (kind === 'keyValue') return entry.where !== undefined;
    return column === null || entry.delete === 'rows' || isColumn(entry.column);
  });
  if (retired >= 0 && kind !== 'keyValue') return `retire.${retired}`;
  if (revoked >= 0) return `revoke.${revoked}`;
  return ignored >= 0 ? `ignored.${ignored}` : null;
}

/** A server that keeps its tables' names in lower case takes any spelling of them. */
export function isSameTable(catalog: CompanyCatalog, named: string, table: string): boolean {
  if (named === table) return true;
  if (named.toLowerCase() !== table.toLowerCase()) return false;
  return !catalog.tables.some(({ name }) => name === named);
}
