import { resolve } from 'node:path';
import type { Command } from 'commander';
import { findingLines } from './dry-run';
import { fileTrouble } from './file-trouble';
import { prepareIncident } from './prepare-incident';
import { screenshotBrowser } from './preview/chromium';
import { WrongFolderError } from './preview/preview-folder';
import { type Preview, writePreview } from './preview/write-preview';
import { ToldError } from './told-error';
import { counted, json, number, table } from './words';

interface PreviewOptions {
  out: string;
  screenshots: boolean;
  json?: boolean;
}

/** Needs neither database nor Temporal nor relay: it can be read on any machine, before anything is set up. */
export function describePreview(command: Command): void {
  command
    .description('Writes every variant of the notice to be read, and one page that shows them side by side.')
    .argument('<file>', 'the incident file, such as examples/zappos-2012/incident.yaml')
    .requiredOption(
      '--out <folder>',
      'the folder to write to, made where there is none; an earlier preview in it is replaced',
    )
    .option(
      '--no-screenshots',
      'take no screenshots (they need a Chromium, named by CHROMIUM or on the PATH, and the devDependencies)',
    )
    .option('--json', 'what was written, as JSON')
    .action(preview);
}

async function preview(file: string, { out, screenshots, json: asJson }: PreviewOptions): Promise<void> {
  const { incident, fileHash, notices } = await prepareIncident(file);
  const chromium = screenshots ? screenshotBrowser(process.env) : { missing: 'none, as asked' };
  const written = await writePreview({ incident, fileHash, notices, folder: resolve(out), chromium }).catch(
    (error) => {
      throw toldFolder(error, out);
    },
  );
  console.log(asJson ? json(written) : previewText(file, written));
}

function toldFolder(error: unknown, out: string): unknown {
  if (error instanceof WrongFolderError) return new ToldError(`--out: ${error.message}`, 2);
  const trouble = fileTrouble(error);
  return trouble === null
    ? error
    : new ToldError(`--out: ${out} cannot be written: ${trouble}. Name another folder.`);
}

function previewText(file: string, written: Preview): string {
  const { variants, contentHash, fileHash, index, warnings, noScreenshots } = written;
  const largest = [...variants].sort((left, right) => right.bytes - left.bytes)[0]!;
  const grades = variants.flatMap(({ reading }) => (reading === null ? [] : [reading.grade]));
  const pictures = variants.flatMap(({ paths }) => [paths.desktop, paths.phone, paths.dark]).filter(Boolean);
  return [
    `Preview of ${file}: ${counted(variants.length, 'variant')}, for a made-up customer. Nothing was sent.`,
    '',
    ...table([
      ['Open', index],
      ['File hash', fileHash],
      ['Content hash', `${contentHash} (what approve names)`],
      ['Largest', `${largest.key}: ${number(largest.bytes)} bytes as sent`],
      ...(grades.length > 0
        ? ([['Reading grade', `${Math.min(...grades)} to ${Math.max(...grades)}, in English`]] as [
            string,
            string,
          ][])
        : []),
      ['Screenshots', noScreenshots ?? number(pictures.length)],
    ]),
    '',
    ...findingLines(warnings),
    `Once the run is started: npm run cli -- approve --incident ${written.incidentId} --by "YOUR NAME" --content ${contentHash.slice(0, 12)}`,
  ].join('\n');
}
