import { type CompanyFinding, warns } from '../../company/inspect/finding';
import { languagesWithoutFont } from './find-fonts';
import type { Photographed, Screenshots } from './take-screenshots';

/** What the browser found while it photographed the notices, by key. */
export function judgeScreenshots(notices: Map<string, Photographed>): CompanyFinding[] {
  const keysWhere = (holds: (seen: Photographed) => boolean) =>
    [...notices].filter(([, seen]) => holds(seen)).map(([key]) => key);
  const tooWide = keysWhere((seen) => seen.tooWide.length > 0);
  const loading = keysWhere((seen) => seen.requests.length > 0);
  const requests = [...new Set([...notices.values()].flatMap((seen) => seen.requests))];
  const findings: CompanyFinding[] = [];
  if (tooWide.length > 0)
    findings.push(
      warns(
        `Wider than the screen of a telephone: ${tooWide.join(', ')}`,
        'break up the longest word or link of its texts: look at its screenshots',
      ),
    );
  if (loading.length > 0)
    findings.push(
      warns(
        `Would load something: ${loading.join(', ')}: ${requests.join(', ')}`,
        'a notice that loads something tells a stranger who reads it: take it out of the template',
      ),
    );
  return findings;
}

/** Languages that the pictures cannot show on this machine. */
export function judgeFonts(variants: { language: string }[], { notices }: Screenshots): CompanyFinding[] {
  if (notices.size === 0) return [];
  const lacking = languagesWithoutFont([...new Set(variants.map(({ language }) => language))]);
  if (lacking.length === 0) return [];
  return [
    warns(
      `This machine has no letters for ${lacking.join(', ')}: the screenshots show boxes instead`,
      'install a font (Debian: fonts-noto-core, fonts-noto-cjk), and preview again; the notices themselves are right',
    ),
  ];
}
