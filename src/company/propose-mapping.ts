import type { CompanyCatalog } from './catalog';
import { type CustomersCandidate, customersCandidates } from './choose-customers';
import { completeDraft, coverageOf, credentialsIn } from './complete-draft';
import { assemble, type Draft, newDraft, type Proposal } from './draft';
import type { CredentialFinding } from './find-credentials';
import { presetDraft, targetOf } from './preset-draft';
import type { Preset } from './presets';
import { proposeCustomers } from './propose-customers';
import { type RecognizedSystem, recognizeSystems, tableNamed } from './recognize-systems';
import type { Facts } from './sample-facts';
import { coveredBy } from './uncovered-credentials';

export interface MappingProposal extends Proposal {
  /** The known system whose shipped mapping this is; null: it was proposed from the catalogue alone. */
  system: RecognizedSystem | null;
  /** All that were recognized. */
  systems: RecognizedSystem[];
  /** Where the customers are, and what else was thought of. */
  customers: { table: string; because: string[]; others: string[] };
  /**
   * Everything that looks like a credential, and where it is mapped, such as retire.0; null: not yet. And the question that must be
   * answered first, by its number.
   */
  credentials: (CredentialFinding & { mapped: string | null; question: number | null })[];
  /** Entries of a shipped mapping whose tables or columns are not here. */
  leftOut: string[];
}

/** Thrown when no table could be the one of the customers. */
export class NoCustomersError extends Error {}

/**
 * A whole `database:` section for a schema: of the known system that it is, or from the catalogue, with a question wherever only the
 * company knows.
 * @param options.customers the table of the customers, where somebody knows better.
 * @throws NoCustomersError
 */
export function proposeMapping(
  catalog: CompanyCatalog,
  facts: Facts,
  { presets, customers: named }: { presets: Preset[]; customers?: string | undefined },
): MappingProposal {
  const wanted = named === undefined ? undefined : (tableNamed(catalog, named) ?? named);
  const systems = recognizeSystems(catalog, presets);
  const drafts = systems.map((system) => ({ system, ...presetDraft(catalog, system) }));
  const fitting = drafts
    .map((candidate) => ({ ...candidate, target: targetOf(catalog, candidate.draft.customers) }))
    .filter(({ target, draft }) => target !== null && draft.retire.length > 0)
    .filter(({ target }) => wanted === undefined || target!.table === wanted)
    .sort(
      (a, b) =>
        Number(b.system.sure) - Number(a.system.sure) ||
        (facts.tables[b.target!.table]?.rows ?? 0) - (facts.tables[a.target!.table]?.rows ?? 0),
    );
  const candidates = customersCandidates(catalog, facts);
  const [known] = fitting;
  if (known !== undefined) {
    const { draft, target, leftOut } = known;
    completeDraft(draft, catalog, facts, target!);
    return proposed(draft, {
      catalog,
      facts,
      leftOut,
      system: known.system,
      systems,
      customers: {
        table: target!.table,
        because: ['the shipped mapping'],
        others: othersOf(candidates, target!.table),
      },
    });
  }
  const chosen = ordered(candidates, wanted);
  const [first] = chosen;
  if (first === undefined) throw new NoCustomersError(whyNone(catalog, wanted));
  const draft = newDraft(proposeCustomers(catalog, facts, wanted === undefined ? chosen : [first]));
  const target = { table: first.table, key: first.key ?? '', email: first.roles.email!.column.name };
  completeDraft(draft, catalog, facts, target);
  return proposed(draft, {
    catalog,
    facts,
    leftOut: [],
    system: null,
    systems,
    customers: { table: first.table, because: first.because, others: othersOf(chosen, first.table) },
  });
}

function ordered(candidates: CustomersCandidate[], wanted: string | undefined): CustomersCandidate[] {
  return wanted === undefined ? candidates : candidates.filter(({ table }) => table === wanted);
}

function othersOf(candidates: CustomersCandidate[], chosen: string): string[] {
  return candidates
    .filter(({ table, named }) => table !== chosen && named)
    .slice(0, 4)
    .map(({ table }) => table);
}

function whyNone({ tables, companySchema }: CompanyCatalog, wanted: string | undefined): string {
  if (wanted !== undefined)
    return `${wanted} has no e-mail address, no key, or is not there (in ${companySchema}, as far as this user may see it).`;
  return tables.length === 0
    ? `There is no table in ${companySchema} that this user may see. Grant it SELECT on the schema, or check that DATABASE_URL names the right one.`
    : `No table of ${companySchema} has an e-mail address beside a key, as far as this user may see it. If a SELECT can give one row for each customer, write it under database.customers.select.`;
}

function proposed(
  draft: Draft,
  found: Pick<MappingProposal, 'system' | 'systems' | 'customers' | 'leftOut'> & {
    catalog: CompanyCatalog;
    facts: Facts;
  },
): MappingProposal {
  const { catalog, facts, ...rest } = found;
  const proposal = assemble(draft);
  return {
    ...proposal,
    ...rest,
    credentials: credentialsIn(catalog, facts).map((finding) => {
      const place = coveredBy(catalog, finding, coverageOf(draft));
      const asked = proposal.questions.find(
        ({ open, paths }) => open && place !== null && paths.some((path) => path.startsWith(`${place}.`)),
      );
      const only = place?.startsWith('ignored.') && asked !== undefined;
      return { ...finding, mapped: only ? null : place, question: asked?.number ?? null };
    }),
  };
}
