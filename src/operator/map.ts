import type { Command } from 'commander';
import { openDatabase } from '../books/open-database';
import { readCatalog } from '../company/catalog';
import { proposalYaml } from '../company/draft-yaml';
import { loadPresets } from '../company/presets';
import { type MappingProposal, NoCustomersError, proposeMapping } from '../company/propose-mapping';
import type { RecognizedSystem } from '../company/recognize-systems';
import { sampleFacts } from '../company/sample-facts';
import { addressesFor, requireParts } from './parts';
import { ToldError } from './told-error';
import { counted, json, number, printable, table } from './words';
import { refuseExisting, writeNewFile } from './write-new-file';

/** Exit 3: proposed, and somebody must answer what only the company knows. */
export function describeMap(command: Command): void {
  command
    .description(
      'Proposes the database section for your schema, and lists what looks like a credential. Only reads.',
    )
    .option('--out <file>', 'write the section to this file, which must not exist yet')
    .option('--customers <table>', 'the table of the customers (default: the table that looks most like it)')
    .option('--json', 'everything as JSON')
    .action(map);
}

async function map(options: MapOptions & { json?: boolean }): Promise<void> {
  const addresses = await addressesFor(['database']);
  await requireParts(['database'], addresses);
  const mapped = await mapDatabase(addresses.databaseUrl, options);
  console.log(options.json ? json(asJson(mapped)) : mapText(mapped));
  if (mapped.proposal.questions.some(({ open }) => open)) process.exitCode = 3;
}

function asJson({ proposal, ...mapped }: Awaited<ReturnType<typeof mapDatabase>>) {
  const { system, systems, customers, section, questions, credentials, leftOut } = proposal;
  return {
    ...mapped,
    system: system?.preset.id ?? null,
    systems: systems.map(({ preset, prefix, sure, missing }) => ({
      id: preset.id,
      name: preset.system.name,
      versions: preset.system.versions,
      prefix,
      sure,
      missing,
    })),
    customers,
    database: section,
    questions,
    credentials,
    leftOut,
  };
}

export interface Mapped {
  companySchema: string;
  /** As far as this user may see them. */
  tables: number;
  columns: number;
  proposal: MappingProposal;
  /** The `database:` section, with its comments. */
  yaml: string;
  /** What this user cannot see, and what could not be read, a sentence each. */
  unseen: string[];
  unread: string[];
  /** Where the section was written; null: nowhere. */
  path: string | null;
}

export interface MapOptions {
  out?: string | undefined;
  customers?: string | undefined;
}

/**
 * Proposes a mapping for whatever is in the schema of DATABASE_URL: reads its catalogue and bounded samples, changes nothing, and
 * needs SELECT and no ledger.
 * @throws ToldError where no table could be the customers', or the file is there already.
 */
export async function mapDatabase(databaseUrl: string, { out, customers }: MapOptions): Promise<Mapped> {
  if (out !== undefined) refuseExisting('--out', out);
  const database = openDatabase(databaseUrl, { ledgerExists: false, connections: 1 });
  try {
    const catalog = await readCatalog(database.db, database.companySchema);
    const facts = await sampleFacts(database.db, catalog);
    const proposal = proposeMapping(catalog, facts, { presets: loadPresets(), customers });
    const yaml = proposalYaml(proposal);
    if (out !== undefined) writeNewFile('--out', out, yaml);
    const { tables, columns, unseen } = catalog;
    return {
      companySchema: database.companySchema,
      tables: tables.length,
      columns: columns.length,
      proposal,
      yaml,
      unseen,
      unread: facts.unread,
      path: out ?? null,
    };
  } catch (error) {
    if (error instanceof NoCustomersError) throw new ToldError(`No mapping: ${error.message}`);
    throw error;
  } finally {
    await database.close();
  }
}

/** What was found, what is sure, and what only the company can answer; the section itself comes last where no file was named. */
export function mapText(mapped: Mapped): string {
  const { proposal, companySchema, tables, columns } = mapped;
  return [
    `${printable(companySchema)}: ${counted(tables, 'table')}, ${counted(columns, 'column')}. Nothing was changed.`,
    '',
    ...table(factsOf(mapped)),
    '',
    ...credentialLines(mapped),
    ...questionLines(mapped),
    ...listOf('Not seen', mapped.unseen),
    ...listOf('Not read', mapped.unread),
    ...listOf('Left out of the shipped mapping', proposal.leftOut),
    ...endLines(mapped),
  ].join('\n');
}

function factsOf({ proposal }: Mapped): [string, string][] {
  const { system, systems, customers, section } = proposal;
  return [
    [
      'System',
      system === null ? 'none that this program knows: proposed from the catalogue' : systemWords(system),
    ],
    ...systems
      .filter((other) => other !== system)
      .map((other): [string, string] => ['', `also here: ${systemWords(other)}`]),
    ['Customers', `${printable(customers.table)} (${customers.because.join(', ')})`],
    ...(customers.others.length > 0
      ? [
          [
            '',
            `other tables with people: ${printable(customers.others.join(', '))}; --customers TABLE takes another`,
          ] as [string, string],
        ]
      : []),
    [
      'Proposed',
      `${counted(section.retire.length, 'column')} of passwords to retire, ${counted(section.revoke.length, 'entry', 'entries')} to revoke`,
    ],
  ];
}

function systemWords({ preset, prefix, sure, missing }: RecognizedSystem): string {
  const { name, versions } = preset.system;
  const under = prefix === '' ? '' : `, prefix ${printable(prefix)}`;
  const how = sure
    ? 'sure: all of its tables are here'
    : `likely: all of its tables but ${printable(missing.join(', '))} are here`;
  return `${name} (${versions})${under}; ${how}`;
}

function credentialLines({ proposal }: Mapped): string[] {
  const { credentials } = proposal;
  if (credentials.length === 0) return ['Nothing looks like a credential.', ''];
  const open = credentials.filter(({ mapped }) => mapped === null).length;
  return [
    `${counted(credentials.length, 'table or column looks', 'tables and columns look')} like credentials; not mapped yet: ${number(open)}`,
    ...table(
      credentials.map(({ table: name, column, why, mapped, question }) => [
        printable(column === null ? name : `${name}.${column}`),
        `${mapped === null ? `NOT YET (question ${question})` : `${mapped}${question === null ? '' : ` (question ${question})`}`}: ${why}`,
      ]),
    ),
    '',
  ];
}

function questionLines({ proposal }: Mapped): string[] {
  const { questions } = proposal;
  if (questions.length === 0) return [];
  return [
    `Only you can answer these (${questions.filter(({ open }) => open).length} of ${questions.length} must be answered before anything runs)`,
    ...questions.flatMap(({ number: index, question, todo, paths, open }) => [
      `  ${index}. ${printable(question)}${open ? '' : ' (has a default)'}`,
      `     -> ${printable(todo, 600)}`,
      `     at ${paths.slice(0, 6).join(', ')}${paths.length > 6 ? ` and ${paths.length - 6} more` : ''}`,
    ]),
    '',
  ];
}

function listOf(heading: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [heading, ...lines.map((line) => `  - ${printable(line)}`), ''];
}

function endLines({ proposal, path, yaml }: Mapped): string[] {
  const open = proposal.questions.filter((question) => question.open).length;
  const then =
    open === 0
      ? 'put it into the incident file, then: npm start -- FILE'
      : `answer ${counted(open, 'question')} at each ???, put it into the incident file, then: npm start -- FILE`;
  if (path !== null) return [`WRITTEN: ${path}; ${then}`];
  return [`The section (--out FILE writes it to a file); ${then}`, '', yaml.trimEnd()];
}
