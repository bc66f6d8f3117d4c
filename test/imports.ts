import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const root = dirname(__dirname);

export interface Import {
  file: string;
  from: string;
  typeOnly: boolean;
  /** Relative to src, without extension; null for a package. */
  target: string | null;
}

/** Every import of a TypeScript file, in whatever form; also what `require.resolve` names. */
export function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  const forms =
    /\b(?:import|export)\s+(?<type>type\s+)?(?<names>[\w*\s{},$]*?)\s*\bfrom\s*['"](?<from>[^'"]+)['"]|\bimport\s*['"](?<effect>[^'"]+)['"]|\b(?:import|require(?:\.resolve)?)\(\s*['"](?<call>[^'"]+)['"]/g;
  for (const { groups } of withoutComments(text).matchAll(forms)) {
    const from = groups?.from ?? groups?.effect ?? groups?.call ?? '';
    const typeOnly = groups?.type !== undefined || namesAreTypes(groups?.names);
    const target = from.startsWith('.') ? relative(join(root, 'src'), join(dirname(file), from)) : null;
    found.push({ file, from, typeOnly, target });
  }
  return found;
}

function namesAreTypes(names: string | undefined): boolean {
  const inner = /^\s*\{([^}]*)\}\s*$/.exec(names ?? '')?.[1];
  if (inner === undefined) return false;
  const parts = inner.split(',').map((part) => part.trim());
  return parts.every((part) => part === '' || part.startsWith('type '));
}

export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}
