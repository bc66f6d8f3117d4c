import { openDatabase } from '../books/open-database';
import { readCatalog } from '../company/catalog';
import type { CompanyFinding } from '../company/inspect/finding';
import { inspectNames } from '../company/inspect/inspect-names';
import { grantStatements, ROLES, type Role } from '../company/needed-grants';
import type { Incident } from '../incident/incident-schema';

export interface RoleGrants {
  role: Role;
  user: string;
  statements: string[];
}

/**
 * What to grant for this file on this server: column by column, so it is asked for the catalogue, as a user who sees all that the file
 * names. Changes nothing.
 * @returns in `missing` what of the file is not there, or not seen: then the rights would not suffice.
 * @param user as NAME@HOST; null: one for each role.
 */
export async function neededGrants(
  databaseUrl: string,
  { database: mapping }: Pick<Incident, 'database'>,
  { user, roles = ROLES }: { user: string | null; roles?: readonly Role[] },
): Promise<{ roles: RoleGrants[]; missing: CompanyFinding[] }> {
  const { db, companySchema, ledgerSchema, close } = openDatabase(databaseUrl, {
    ledgerExists: false,
    connections: 1,
  });
  try {
    const catalog = await readCatalog(db, companySchema);
    const granted = roles.map((role) => {
      const account = user ?? `breach_${role}@%`;
      return {
        role,
        user: account,
        statements: grantStatements({ catalog, ledgerSchema, mapping, user: account }, role),
      };
    });
    return { roles: granted, missing: inspectNames({ catalog, mapping }).findings };
  } finally {
    await close();
  }
}
