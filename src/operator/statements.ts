import type { Command } from 'commander';
import { claimStatements } from '../books/candidates';
import { openDatabase } from '../books/open-database';
import { NO_FINGERPRINT_KEY, readCompany } from '../company/company';
import { explain, type PlanStep } from '../company/inspect/explain';
import { type RunStatement, runStatements } from '../company/inspect/run-statements';
import { UnusableKeyError } from '../company/key-column';
import { firstChunk } from '../company/next-ranges';
import { printStatement } from '../company/print-expiry';
import type { Incident } from '../incident/incident-schema';
import { addressesFor, requireParts } from './parts';
import { prepareIncident } from './prepare-incident';
import { ToldError } from './told-error';
import { counted, json, number, printable } from './words';

export interface ExplainedStatement {
  /** What the run does by it, such as "expiring users.password". */
  doing: string;
  /** It is sent once for so many customers; null: once in all, and reads everything. */
  customersEach: number | null;
  /** As it would be sent for the first chunk; 0 stands for the incident's number. */
  sql: string;
  /** How this server would read each table; null: it refuses the statement. */
  plan: PlanStep[] | null;
  /** The server's code where it refuses it. */
  refusal: string | null;
}

/**
 * Every statement of the run that reads or writes the company's tables, by the functions that build them for the run, with this
 * server's plan for this user. Executes none of them, and needs no ledger.
 * @throws ToldError where the file names what is not there, or nobody is a customer.
 */
export async function explainStatements(
  databaseUrl: string,
  incident: Pick<Incident, 'cutoff' | 'database'>,
): Promise<ExplainedStatement[]> {
  const database = openDatabase(databaseUrl, { ledgerExists: false, connections: 1 });
  const { db, companySchema } = database;
  try {
    const company = await readCompany(db, companySchema, incident, NO_FINGERPRINT_KEY);
    const { keyColumn } = company;
    const range = await firstChunk(db, company);
    if (range === undefined) throw new ToldError(`No statements: the file finds no customer. ${DRY_RUN}`);
    const all: RunStatement[] = [
      ...runStatements(company, range, Date.now()),
      ...claimStatements(company, range),
    ];
    const explained: ExplainedStatement[] = [];
    for (const statement of all) {
      const { plan, refusal } = await explain(db, statement, keyColumn);
      explained.push({
        doing: statement.doing,
        customersEach: statement.customersEach,
        sql: printStatement(db, statement.statement, { keyColumn, range }),
        plan: refusal === null ? plan : null,
        refusal: refusal === null ? null : `${refusal.code}, ${refusal.errno}`,
      });
    }
    return explained;
  } catch (error) {
    if (error instanceof UnusableKeyError) throw new ToldError(`No statements: ${error.message}`);
    const { code, errno } = error as { code?: string; errno?: number };
    if (errno === undefined) throw error;
    throw new ToldError(
      `No statements: the database refuses to read the customers (${code}, ${errno}). ${DRY_RUN}`,
    );
  } finally {
    await database.close();
  }
}

const DRY_RUN = 'The dry run says what is missing: npm start -- FILE';

export function describeStatements(command: Command): void {
  command
    .description(
      "Prints every statement that a run would send to the company's tables, with this server's plan for each. Executes none.",
    )
    .argument('<file>', 'the incident file, such as examples/zappos-2012/incident.yaml')
    .option('--json', 'the statements, as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const { incident } = await prepareIncident(file);
      const addresses = await addressesFor(['database']);
      await requireParts(['database'], addresses);
      const explained = await explainStatements(addresses.databaseUrl, incident);
      console.log(options.json ? json(explained) : explained.flatMap(lines).join('\n'));
    });
}

function lines({ doing, customersEach, sql, plan, refusal }: ExplainedStatement): string[] {
  const often = customersEach === null ? 'once' : `once for ${counted(customersEach, 'customer')}`;
  return [
    `-- ${doing}, ${often}`,
    `${printable(sql, LONGEST)};`,
    ...(plan === null ? [`--   REFUSED (${refusal})`] : plan.map(planLine)),
    '',
  ];
}

const LONGEST = 100_000;

function planLine({ table, type, key, rows }: PlanStep): string {
  return `--   ${printable(table)}: ${type}${key === null ? '' : ` by ${printable(key)}`}, about ${number(rows)} ${rows === 1 ? 'row' : 'rows'}`;
}
