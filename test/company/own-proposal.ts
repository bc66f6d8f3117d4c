import { isOpen } from '../../src/company/draft';
import { loadPresets } from '../../src/company/presets';
import { type MappingProposal, proposeMapping } from '../../src/company/propose-mapping';
import { type OwnShop, ownShop } from './own-shop';

export const presets = loadPresets();
export const HASH = "CONCAT('$2y$10$', REPEAT('x', 53))";
export const HEX = "LEFT(SHA2('x', 256), 32)";

const shops: OwnShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.drop();
});

/** A shop that is dropped after the test. */
export async function shopForTest(name: string, statements: string): Promise<OwnShop> {
  const shop = await ownShop(name, statements);
  shops.push(shop);
  return shop;
}

export async function propose(statements: string, customers?: string): Promise<MappingProposal> {
  const { catalog, facts } = await (await shopForTest('propose', statements)).read();
  return proposeMapping(catalog, facts, { presets, customers });
}

/** The section with every open value answered; what is proposed after ??? is taken, JSON as it stands there. */
export function answered(proposal: MappingProposal, answers: Record<string, unknown> = {}): unknown {
  const fill = (value: unknown, path: string): unknown => {
    if (isOpen(value)) {
      if (Object.hasOwn(answers, path)) return answers[path];
      const proposed = /^\?\?\? \(question \d+\) (.+)$/s.exec(value)?.[1];
      if (proposed !== undefined) return taken(proposed);
      return path.endsWith('.zone') ? 'Europe/Berlin' : 'looked into by hand';
    }
    if (Array.isArray(value)) return value.map((item, i) => fill(item, `${path}.${i}`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fill(item, path === '' ? key : `${path}.${key}`)]),
    );
  };
  return fill(proposal.section, '');
}

function taken(proposed: string): unknown {
  try {
    return JSON.parse(proposed.replaceAll(/(\w+): /g, '"$1": '));
  } catch {
    return proposed;
  }
}

export function openPaths(proposal: MappingProposal): string[] {
  return proposal.questions.filter(({ open }) => open).flatMap(({ paths }) => paths);
}
