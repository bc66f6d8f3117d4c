import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { checkPage } from '../incident/check-incident';
import { type CustomersPage, customersPage } from '../notice/page/customers-page';
import { GENERATOR } from '../notice/page/page-html';
import { fileTrouble } from './file-trouble';
import { prepareIncident } from './prepare-incident';
import { ToldError } from './told-error';
import { json, number } from './words';

interface PageOptions {
  out: string;
  overwrite?: boolean;
  json?: boolean;
}

export function describePage(command: Command): void {
  command
    .description(
      "Writes the customers' page: what the notice says, in every language, as one file for any web server.",
    )
    .argument('<file>', 'the incident file, such as examples/zappos-2012/incident.yaml')
    .requiredOption('--out <folder>', 'where index.html is written; made when it is not there')
    .option('--overwrite', 'replace an index.html there that this command did not write')
    .option('--json', 'what was written, as JSON')
    .action(page);
}

async function page(file: string, options: PageOptions): Promise<void> {
  const { incident, notices } = await prepareIncident(file, checkPage);
  const made = customersPage(incident);
  const path = writePage(made.html, options.out, options.overwrite === true);
  const written: Written = {
    file,
    path,
    bytes: Buffer.byteLength(made.html),
    gzipBytes: gzipSync(made.html).length,
    languages: made.languages,
    hash: made.hash,
    contentHash: notices.contentHash,
    policy: made.policy,
    address: incident.links.page,
  };
  console.log(options.json ? json(written) : pageText(written));
}

interface Written extends Omit<CustomersPage, 'html'> {
  file: string;
  path: string;
  bytes: number;
  gzipBytes: number;
  /** Of the notices that are made from the same facts: what `approve` names. */
  contentHash: string;
  /** Where the notice sends its readers. */
  address: string;
}

function pageText(written: Written): string {
  const { path, bytes, gzipBytes, languages, hash, contentHash, policy, address } = written;
  return [
    `WRITTEN: ${path}`,
    `  Size       ${number(bytes)} bytes, ${number(gzipBytes)} with gzip; it loads nothing else`,
    `  Languages  ${languages.join(', ')}`,
    `  Hash       ${hash}`,
    `  Facts      as in the notices of content hash ${contentHash}`,
    '',
    `Serve it at ${address}, where the notice sends its readers, with this header:`,
    `  Content-Security-Policy: ${policy}`,
  ].join('\n');
}

/**
 * Writes the page as index.html into a folder, which may be the one that a web server serves: there is the old page or the new one,
 * never half of one.
 * @returns the path.
 * @throws ToldError where there is a file that is not ours to replace, or no place for one.
 */
export function writePage(html: string, folder: string, overwrite: boolean): string {
  const path = join(folder, 'index.html');
  try {
    mkdirSync(folder, { recursive: true });
    const there = readIfThere(path);
    if (there !== null && !there.includes(GENERATOR) && !overwrite)
      throw new ToldError(
        `--out: found ${path}, which this command did not write; name another folder, or replace that page with --overwrite`,
        2,
      );
    replaceFile(path, html);
  } catch (error) {
    const trouble = fileTrouble(error);
    if (trouble === null) throw error;
    throw new ToldError(`--out: ${path} cannot be written: ${trouble}. Name another folder.`, 2);
  }
  return path;
}

function replaceFile(path: string, text: string): void {
  const half = `${path}.${process.pid}.new`;
  try {
    writeFileSync(half, text);
    renameSync(half, path);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

/** Never of a pipe or a device, which might not end. */
function readIfThere(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isFile())
    throw new ToldError(`--out: ${path} is no ordinary file, and is left as it is. Name another folder.`, 2);
  return readFileSync(path, 'utf8');
}
