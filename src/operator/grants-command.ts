import { type Command, Option } from 'commander';
import { ROLES, type Role } from '../company/needed-grants';
import { findingLines } from './dry-run-verdict';
import { neededGrants, type RoleGrants } from './grants';
import { addressesFor, requireParts } from './parts';
import { prepareIncident } from './prepare-incident';
import { ToldError } from './told-error';
import { json } from './words';

interface GrantsOptions {
  user?: string;
  role?: Role;
  json?: boolean;
}

export function describeGrants(command: Command): void {
  command
    .description(
      'Prints what to grant for an incident file, on just the tables and columns that it names. Changes nothing.',
    )
    .argument('<file>', 'the incident file, such as examples/zappos-2012/incident.yaml')
    .option('--user <name@host>', 'to whom; without it one user for each role, such as breach_worker@%')
    .addOption(new Option('--role <role>', 'only this one').choices(ROLES))
    .option('--json', 'the statements, as JSON')
    .action(grants);
}

const MEANING: Record<Role, string> = {
  worker: 'expires, verifies and claims: DATABASE_URL of the workers',
  operator:
    'the dry run, the start and every other command; sees which columns all tables have, reads no other row',
  support: 'lookup',
  auditor: 'report, verify, status, page: reads only',
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
    const lines = ['No statements: they would not suffice.', '', ...findingLines(missing)];
    throw new ToldError(lines.join('\n').trimEnd());
  }
  console.log(asJson ? json(roles) : roles.flatMap(text).join('\n'));
}

function text({ role, statements }: RoleGrants): string[] {
  return [`-- ${role}: ${MEANING[role]}`, ...statements.map((statement) => `${statement};`), ''];
}
