import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident } from '../../src/incident/incident-schema';
import { openNotice } from '../../src/notice/render-notice';

/**
 * Writes one customer's notice as the relay received it, and its HTML part, to look at.
 * @param received the relay's folder of messages.
 * @returns the two paths; null when there is none.
 */
export function writeSample(
  received: string,
  folder: string,
  file: Incident,
): { eml: string; html: string } | null {
  if (!existsSync(received)) return null;
  for (const name of readdirSync(received).sort()) {
    const content = readFileSync(join(received, name));
    const { headers, text, html } = openNotice(content);
    // The variant that most customers get, and not one of the company's own mailboxes.
    const ownMailbox = file.canary.mailboxes.some((mailbox) => headers.includes(`To: ${mailbox}`));
    if (ownMailbox || !text.includes(file.links.choosePassword)) continue;
    const paths = { eml: join(folder, 'sample-notice.eml'), html: join(folder, 'sample-notice.html') };
    writeFileSync(paths.eml, content);
    writeFileSync(paths.html, html);
    return paths;
  }
  return null;
}
