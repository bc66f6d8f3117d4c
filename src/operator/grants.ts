import { type Command, Option } from 'commander';
import { openDatabase } from '../books/open-database';
import { readCatalog } from '../company/catalog';
import type { CompanyFinding } from '../company/inspect/finding';
import { inspectNames } from '../company/inspect/inspect-names';
import { grantStatements, insertOnlyAudit, ROLES, type Role } from '../company/needed-grants';
import type { Incident } from '../incident/incident-schema';
import { findingLines } from './dry-run';
import { addressesFor, requireParts } from './parts';
import { prepareIncident } from './prepare-incident';
import { ToldError } from './told-error';
import { json } from './words';

export interface RoleGrants {
  role: Role;
  user: string;
  statements: string[];
  /** Besides, once the ledger is there: entries of the audit log are only added. Empty for a role that changes nothing. */
  insertOnlyAudit: string[];
}

/**
 * What to grant for this file on this server. Rights go column by column, so this reads the server's catalogue, as a user who must see
 * all that the file names. Changes nothing.
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
        insertOnlyAudit: insertOnlyAudit({ ledgerSchema, user: account }, role),
      };
    });
    return { roles: granted, missing: inspectNames({ catalog, mapping }).findings };
  } finally {
    await close();
  }
}

interface GrantsOptions {
  user?: string;
  role?: Role;
  json?: boolean;
}

export function describeGrants(command: Command): void {
  command
    .description(
      'Prints the GRANT statements for an incident file, on only the tables and columns that the file names. Changes nothing.',
    )
    .argument('<file>', 'the incident file, such as examples/zappos-2012/incident.yaml')
    .option(
      '--user <name@host>',
      'the user to grant to; without it one user for each role, such as breach_worker@%',
    )
    .addOption(new Option('--role <role>', 'for this role only').choices(ROLES))
    .option('--json', 'the statements, as JSON')
    .action(grants);
}

const MEANING: Record<Role, string> = {
  worker: 'expires, verifies and claims: DATABASE_URL of the workers',
  operator:
    'the dry run, the start and every other command; sees which columns all tables have, reads no other row',
  support: 'lookup',
  auditor: 'report, verify, audit, export without --customers, status, page: reads only',
};

async function grants(file: string, { user, role, json: asJson }: GrantsOptions): Promise<void> {
  const { incident } = await prepareIncident(file);
  const addresses = await addressesFor(['database']);
  await requireParts(['database'], addresses);
  const { roles, missing } = await neededGrants(addresses.databaseUrl, incident, {
    user: user ?? null,
    ...(role === undefined ? {} : { roles: [role] }),
  });
  if (missing.length > 0) {
    const lines = ['No statements: they would not be enough.', '', ...findingLines(missing)];
    throw new ToldError(lines.join('\n').trimEnd());
  }
  console.log(asJson ? json(roles) : roles.flatMap(text).join('\n'));
}

function text({ role, statements, insertOnlyAudit: later }: RoleGrants): string[] {
  const ended = (all: string[]) => all.map((statement) => `${statement};`);
  return [
    `-- ${role}: ${MEANING[role]}`,
    ...ended(statements),
    '',
    ...(later.length === 0 ? [] : [`-- ${role}, ${AFTER_THE_START}`, ...ended(later), '']),
  ];
}

const AFTER_THE_START =
  'better, once the first start has made the tables: it adds to the audit log and changes no entry of it';
