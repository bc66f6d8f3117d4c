import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompanyFinding } from '../../company/inspect/finding';
import type { Incident } from '../../incident/incident-schema';
import type { NoticeSet } from '../../notice/compile-notice';
import { openNotice } from '../../notice/render-notice';
import { judgeLanguages, judgeNotices } from '../judge-notices';
import { forceScheme } from './chromium';
import { indexPage } from './index-page';
import { FRAMES, fileNameOf, INDEX, INDEX_MARK, openPreviewFolder, SCREENSHOTS } from './preview-folder';
import { previewVariants, renderSample, type VariantPreview } from './preview-variants';
import {
  judgeFonts,
  judgeScreenshots,
  type Screenshots,
  type Shot,
  takeScreenshots,
} from './take-screenshots';

/** A variant as it lies in the folder. */
export interface PreviewedVariant extends VariantPreview {
  warnings: CompanyFinding[];
  /** Paths: as it goes out, and its two parts; the pictures that were taken. */
  paths: { eml: string; html: string; txt: string } & Partial<Record<Shot, string>>;
}

/** What a preview says and where it is. Plain data. */
export interface Preview {
  incidentId: string;
  title: string;
  fileHash: string;
  /** What `approve` names. */
  contentHash: string;
  folder: string;
  /** The page to open. */
  index: string;
  variants: PreviewedVariant[];
  /** All there is to look at; what many variants share, once. */
  warnings: CompanyFinding[];
  /** Null: all were taken. */
  noScreenshots: string | null;
}

export interface PreviewRequest {
  incident: Incident;
  fileHash: string;
  notices: NoticeSet;
  folder: string;
  /** The browser's path, or why there is none. */
  chromium: { path: string } | { missing: string };
}

/** Some 0.3 s a notice, measured on two cores: a hundred of them have time. */
const SCREENSHOTS_WITHIN_SECONDS = 120;

/**
 * Writes every variant for a made-up customer, to be read before it is approved: NAME.html for a browser, NAME.txt, NAME.eml as it
 * goes out; and an index that shows all side by side. @throws WrongFolderError
 */
export async function writePreview(request: PreviewRequest): Promise<Preview> {
  const { incident, notices, folder, fileHash } = request;
  openPreviewFolder(folder);
  const index = join(folder, INDEX);
  writeFileSync(index, `${INDEX_MARK}<title>Not ready</title>This preview was not finished.\n`);
  const variants = previewVariants(incident, notices);
  const opened = variants.map((variant) => ({ variant, ...writeVariant(request, variant) }));
  const screenshots = await photograph(request, opened);
  const warnings = [
    ...judgeLanguages(incident),
    ...judgeNotices(variants),
    ...judgeScreenshots(screenshots.notices),
    ...judgeFonts(variants, screenshots),
  ];
  const preview: Preview = {
    incidentId: incident.id,
    title: incident.title,
    fileHash,
    contentHash: notices.contentHash,
    folder,
    index,
    variants: opened.map(({ variant, paths }) => {
      const photographed = screenshots.notices.get(variant.key);
      const own = new Map(photographed ? [[variant.key, photographed]] : []);
      return {
        ...variant,
        warnings: [...judgeNotices([variant]), ...judgeScreenshots(own)],
        paths: { ...paths, ...photographed?.paths },
      };
    }),
    warnings,
    noScreenshots: screenshots.problem,
  };
  const texts = new Map(opened.map(({ variant, text }) => [variant.key, text]));
  writeFileSync(index, indexPage(preview, incident, texts));
  return preview;
}

function writeVariant({ incident, notices, folder }: PreviewRequest, { key }: VariantPreview) {
  const message = renderSample(notices.variants.get(key)!, incident.from.address);
  const { headers, text, html } = openNotice(message);
  const name = fileNameOf(key);
  const path = join(folder, name);
  const paths = { eml: `${path}.eml`, html: `${path}.html`, txt: `${path}.txt` };
  writeFileSync(paths.eml, message);
  writeFileSync(paths.html, html);
  writeFileSync(paths.txt, `${headers.join('\n')}\n\n${text}`);
  for (const scheme of ['light', 'dark'] as const)
    writeFileSync(join(folder, FRAMES, `${name}.${scheme}.html`), forceScheme(html, scheme));
  return { paths, html, text };
}

async function photograph(
  { folder, chromium }: PreviewRequest,
  opened: { variant: VariantPreview; html: string }[],
): Promise<Screenshots> {
  if ('missing' in chromium) return { notices: new Map(), problem: chromium.missing };
  return takeScreenshots({
    browser: chromium.path,
    notices: opened.map(({ variant: { key }, html }) => ({ key, name: fileNameOf(key), html })),
    folder: join(folder, SCREENSHOTS),
    withinSeconds: SCREENSHOTS_WITHIN_SECONDS,
  });
}
