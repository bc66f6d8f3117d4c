import { existsSync, writeFileSync } from 'node:fs';
import { openDatabase } from '../books/open-database';
import { readCatalog } from '../company/catalog';
import { proposalYaml } from '../company/draft-yaml';
import { loadPresets } from '../company/presets';
import { type MappingProposal, NoCustomersError, proposeMapping } from '../company/propose-mapping';
import { sampleFacts } from '../company/sample-facts';
import { ToldError } from './told-error';

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
  if (out !== undefined && existsSync(out)) throw isThere(out);
  const database = openDatabase(databaseUrl, { ledgerExists: false, connections: 1 });
  try {
    const catalog = await readCatalog(database.db, database.companySchema);
    const facts = await sampleFacts(database.db, catalog);
    const proposal = proposeMapping(catalog, facts, { presets: loadPresets(), customers });
    const yaml = proposalYaml(proposal);
    if (out !== undefined) write(out, yaml);
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

function write(out: string, yaml: string): void {
  try {
    writeFileSync(out, yaml, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === 'EEXIST') throw isThere(out);
    throw new ToldError(`--out: ${out} cannot be written: ${message}. Name another file.`);
  }
}

function isThere(out: string): ToldError {
  return new ToldError(`--out: ${out} is there already. Name another file: answers in it would be lost.`, 2);
}
