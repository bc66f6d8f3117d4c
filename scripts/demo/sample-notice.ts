import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import type { Incident } from '../../src/incident/incident-schema';

/**
 * Writes one customer's notice as the relay received it, and its HTML part, to look at.
 * @param received the relay's folder of messages.
 * @returns the two paths; null when there is none.
 */
export async function writeSample(
  received: string,
  folder: string,
  file: Incident,
): Promise<{ eml: string; html: string } | null> {
  if (!existsSync(received)) return null;
  for (const name of readdirSync(received).sort()) {
    const content = readFileSync(join(received, name));
    const message = await simpleParser(content, { skipImageLinks: true });
    const to = [message.to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ''));
    // The variant that most customers get, and not one of the company's own mailboxes.
    const wanted = message.text?.includes(file.links.choosePassword) && message.html;
    if (!wanted || to.some((address) => file.canary.mailboxes.includes(address))) continue;
    const paths = { eml: join(folder, 'sample-notice.eml'), html: join(folder, 'sample-notice.html') };
    writeFileSync(paths.eml, content);
    writeFileSync(paths.html, message.html as string);
    return paths;
  }
  return null;
}
