import { cutText } from '../../incident/cut-text';
import { namedInSql } from '../../incident/operator-sql';
import type { KeyRange } from '../../incident/vocabulary';
import type { Company } from '../company';
import type { KeyColumn } from '../key-column';
import { printStatement } from '../print-expiry';
import { explain, type PlanStep } from './explain';
import { type CompanyFinding, type Subject, warns } from './finding';
import { NOT_EXPLAINED, type Refusal, refused } from './refusal';
import { type RunStatement, runStatements } from './run-statements';
import { SMALL_TABLE, scanFinding } from './scan-cost';

export interface StatementsView {
  /** The first keys of the customers: few, since the server rightly reads a small table whole for a quarter of its rows. */
  range: KeyRange;
  /** Statements of the run that are built outside of this room: the claims. */
  claims: RunStatement[];
  /** Tables that are known to have no index for it: told already. */
  unindexed: string[];
}

/**
 * EXPLAINs every statement of the run as this user: whether the server takes it, whether this user may, and which reads a table of
 * the company's from end to end where it should find rows by an index (C58).
 */
export async function inspectStatements(
  subject: Subject,
  company: Company,
  { range, claims, unindexed }: StatementsView,
): Promise<CompanyFinding[]> {
  const findings: CompanyFinding[] = [];
  const refusals = new Map<string, { refusal: Refusal; statements: RunStatement[] }>();
  const hidden: string[] = [];
  const told = new Set(unindexed);
  for (const statement of [...runStatements(company, range, subject.now), ...claims]) {
    const { plan, refusal } = await explain(subject.db, statement, company.keyColumn);
    if (refusal?.errno === NOT_EXPLAINED) hidden.push(statement.doing);
    else if (refusal !== null) {
      const group = refusals.get(refusal.message) ?? { refusal, statements: [] };
      group.statements.push(statement);
      refusals.set(refusal.message, group);
    } else findings.push(...scans(subject, statement, plan, told));
  }
  const shown = { keyColumn: company.keyColumn, range };
  const denied = [...refusals.values()].map((group) => refusedStatements(subject, group, shown));
  return [...denied, ...findings, ...unexplained(subject, hidden)];
}

/** One lack is told once, with the first statement that it stops. */
function refusedStatements(
  { db }: Subject,
  { refusal, statements }: { refusal: Refusal; statements: RunStatement[] },
  shown: { keyColumn: KeyColumn; range: KeyRange },
): CompanyFinding {
  const [first, ...others] = statements;
  const text = cutText(printStatement(db, first!.statement, shown), LONGEST_STATEMENT);
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return refused(`${first!.doing}${more} (${text})`, refusal);
}

const LONGEST_STATEMENT = 500;

function scans(
  subject: Subject,
  { doing, customersEach, aliases }: RunStatement,
  plan: PlanStep[],
  told: Set<string>,
): CompanyFinding[] {
  if (customersEach === null) return [];
  return plan.flatMap(({ table: alias, type, rows }) => {
    if ((type !== 'ALL' && type !== 'index') || rows <= SMALL_TABLE || OURS.has(alias)) return [];
    const inSelect = tableOfSelect(subject, alias);
    const table = inSelect ?? aliases[alias] ?? alias;
    if (told.has(`${table} ${customersEach}`) || told.has(table)) return [];
    told.add(`${table} ${customersEach}`);
    const name = inSelect === null ? table : `${table} in the SELECT of the customers`;
    return [
      scanFinding(
        subject,
        `${doing[0]!.toUpperCase()}${doing.slice(1)} cannot use an index of ${name}`,
        { table, rows, customersEach },
        inSelect === null
          ? 'name another column that an index begins with, of the same type and collation'
          : OF_A_SELECT,
      ),
    ];
  });
}

const OF_A_SELECT =
  'write the SELECT so that the server can look up one key in it: without GROUP BY, DISTINCT, UNION and LIMIT, and on MySQL without a SELECT among its columns (write LEFT JOIN instead)';

/** Stand-ins of our own tables. */
const OURS = new Set(['k', 'b', 'n']);

/** What the operator's SELECT calls so; null: it is none of its tables, or the customers are no SELECT. */
function tableOfSelect({ mapping, catalog }: Subject, alias: string): string | null {
  const { select } = mapping.customers;
  if (select === undefined) return null;
  const named = namedInSql(select).tables.find((table) => table.alias === alias.toLowerCase());
  if (named === undefined) return null;
  return catalog.tables.find(({ name }) => name.toLowerCase() === named.table)?.name ?? named.table;
}

// C76: to be told how the server reads a view takes another right than to read it.
function unexplained({ mapping }: Subject, hidden: string[]): CompanyFinding[] {
  if (hidden.length === 0) return [];
  return [
    warns(
      `The server does not tell this user how it reads ${mapping.customers.table ?? 'a view'}, so this dry run cannot say whether ${hidden.length === 1 ? 'this scans' : 'these scan'}: ${hidden.join('; ')}`,
      'to see it, grant what npm run cli -- grants FILE prints for the operator (SHOW VIEW)',
    ),
  ];
}
