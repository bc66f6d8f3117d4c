import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { checkPage } from '../incident/check-page';
import { type CustomersPage, customersPage } from '../notice/page/customers-page';
import { prepareIncident } from './prepare-incident';
import { json, number } from './words';
import { writePage } from './write-page';

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
