import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { openDatabase } from '../../src/books/open-database';
import type { Incident } from '../../src/incident/incident-schema';
import type { RunStatus } from '../../src/incident/run-status';
import { openNotice } from '../../src/notice/render-notice';
import { approve } from '../../src/operator/approve';
import { remind } from '../../src/operator/remind';
import { resume } from '../../src/operator/resume';

export interface Operator {
  client: Client;
  file: Incident;
  say: (line: string) => void;
  /** The relay's folder of messages; null: a relay that is not ours. */
  sampleFrom: string | null;
  /** Where the sample goes. */
  folder: string;
  /** Plays customers who choose a new password. @returns how many. */
  choosePasswords(): Promise<number>;
  /** Somebody is at the terminal and can act on a hold that the demo does not expect. */
  patient: boolean;
}

const BY = 'the demo';

/** Stands in for the people whom a run waits for, and says each time what it does in their place. */
export function operator({ client, file, say, sampleFrom, folder, choosePasswords, patient }: Operator) {
  const incidentId = file.id;
  return async ({ waitingFor, contentHash, gate }: RunStatus): Promise<void> => {
    const { kind, what } = waitingFor!;
    if (kind === 'approval') {
      say('\nThe run waits: counsel or the security lead reads the texts and approves exactly them.');
      say(`The demo approves by itself (${contentHash!.slice(0, 12)}, by "${BY}").\n`);
      await approve(client, { incidentId, by: BY, contentHash: contentHash! });
      return;
    }
    if (kind === 'canary-done') {
      say(`\nThe run holds: ${what}`);
      const sample = sampleFrom === null ? null : writeSample(sampleFrom, folder, file);
      if (sample !== null)
        say(`One notice as the relay received it, to open:\n  ${sample.eml}\n  ${sample.html}`);
      say(`The demo resumes by itself (by "${BY}").\n`);
      await resume(client, { incidentId, by: BY, fence: gate?.fence });
      return;
    }
    if (kind === 'reminder') {
      say(
        '\nEverybody has an answer. Two weeks pass: most customers choose a new password (the demo does it for them).',
      );
      const chosen = await choosePasswords();
      say(`${chosen.toLocaleString('en-US')} have; the demo has the others reminded (by "${BY}").\n`);
      await remind(client, { incidentId, by: BY });
      return;
    }
    say(`\nThe run waits: ${what}`);
    if (kind === 'paused' || kind === 'deferred' || patient)
      return say('It goes on when it is resumed, here or in another terminal: npm run cli -- resume\n');
    throw new Error('The demo did not expect this hold, and nobody is at a terminal to see to it.');
  };
}

/** Of each hundred customers whose password was expired, so many have a new one by the time of the reminder. */
const OF_A_HUNDRED = 95;

/** Plays the company's customers after the notice, in the tables that the demo itself has made. @returns how many chose. */
export async function choosePasswords(databaseUrl: string): Promise<number> {
  const { db, companySchema, close } = openDatabase(databaseUrl, { connections: 1 });
  try {
    const { numAffectedRows } = await sql`
      UPDATE ${sql.id(companySchema, 'customers')} SET password_hash = CONCAT('chosen-', id), password_set_at = UTC_TIMESTAMP()
      WHERE password_set_at IS NOT NULL AND password_hash IS NULL AND id % 100 < ${OF_A_HUNDRED}`.execute(db);
    return Number(numAffectedRows);
  } finally {
    await close();
  }
}

/**
 * Writes one customer's notice as the relay received it, and its HTML part, to look at.
 * @param received the relay's folder of messages.
 * @returns the two paths; null when there is none.
 */
function writeSample(received: string, folder: string, file: Incident): { eml: string; html: string } | null {
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
