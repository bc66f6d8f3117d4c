import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { type IncidentRow, incidentOf } from '../books/incident-row';
import { readApprovers } from '../books/record-approval';
import { type Approvers, approvalsLeftWords, refuseApprover } from '../incident/approval-rule';
import { compileNotices } from '../notice/compile-notice';
import { type Accepted, type ApproveRequest, approveUpdate } from '../workflows/messages';
import { type CanaryMail, canaryLines, canaryMail } from './canary-text';
import { fileTrouble } from './file-trouble';
import {
  type Chosen,
  type IncidentOptions,
  onBooks,
  withByOption,
  withIncidentOption,
} from './incident-command';
import { mappingLines } from './mapping-text';
import { stackFolder, waitUntil } from './parts/this-machine';
import { WrongFolderError } from './preview/preview-folder';
import { type Preview, writePreview } from './preview/write-preview';
import { accepted, onRun, type Steering, untilRow, updateOf, WRITTEN_WITHIN_MILLISECONDS } from './steer';
import { ToldError } from './told-error';
import { loginWords } from './who-types';
import { counted, json, printable } from './words';

/** Approves exactly these texts. @throws RefusedError with the reason. */
export function approve(
  client: Client,
  { incidentId, ...request }: ApproveRequest & { incidentId: string },
): Promise<Accepted> {
  return updateOf(client, incidentId, approveUpdate, request);
}

interface ApproveOptions extends IncidentOptions {
  content?: string;
}

export function describeApprove(command: Command): void {
  withByOption(withIncidentOption(command))
    .description(
      'Approves exactly the texts that you have read. Without --content it writes them to a folder and shows their hash.',
    )
    .option(
      '--content <hash>',
      'the content hash of the texts that you have read; its first 8 characters are enough',
    )
    .option('--json', 'what took effect, or without --content what there is to read, as JSON')
    .action((options: ApproveOptions) =>
      options.content === undefined
        ? onBooks(options, (chosen) => whatToRead(chosen, options))
        : onRun(options, (steering) => approveIt(steering, options)),
    );
}

const SHORTEST_PREFIX = 8;

async function approveIt(steering: Steering, options: ApproveOptions): Promise<void> {
  const { client, row, by } = steering;
  const contentHash = fullHash(options.content!, row);
  if (options.by === undefined)
    throw new ToldError(
      'Who approves? Write --by "YOUR NAME": the approval is somebody\'s word, and stands on the record beside your login.',
      2,
    );
  const incidentId = row.incident_id;
  const { people = 1 } = incidentOf(row).approval ?? {};
  const standing = await readApprovers(steering.books, people);
  const refused = row.approved_at === null ? refuseApprover(loginWords(), standing) : null;
  if (refused !== null) throw new ToldError(`REFUSED: ${refused}`);
  if (row.approved_at === null)
    await accepted('approve', approve(client, { incidentId, by, contentHash, version: row.version }));
  const { shown, row: now } = await untilRow(
    steering,
    onRecord(steering, standing),
    (seen) => seen.approved_at !== null,
  );
  const missing = shown ? null : approvalsLeftWords(await readApprovers(steering.books, people));
  if (options.json)
    return console.log(
      json({
        incidentId,
        contentHash,
        approvedBy: now.approved_by,
        approvedAt: now.approved_at,
        inEffect: shown,
        missing,
      }),
    );
  if (missing !== null) return console.log(`Your approval is on the record, ${by}. ${missing}`);
  if (!shown)
    return console.log(
      `Accepted, by ${by}, but not in the books yet. See: npm run cli -- status --incident ${incidentId}`,
    );
  const when = `at ${now.approved_at!.slice(0, 19)} UTC by ${printable(now.approved_by!)}`;
  console.log(
    row.approved_at === null
      ? `APPROVED ${incidentId}: ${contentHash}\nApproved ${when}.`
      : `Already approved ${when}; nothing was changed.`,
  );
}

/** Until one more approval is on record than there were. */
function onRecord({ books }: Steering, { people, approvers }: Approvers): Promise<boolean> {
  return waitUntil(
    async () => (await readApprovers(books, people)).approvers.length > approvers.length,
    WRITTEN_WITHIN_MILLISECONDS / 1_000,
  );
}

/** @throws ToldError (usage) for what does not name these texts. */
function fullHash(typed: string, { content_hash: hash, incident_id: id }: IncidentRow): string {
  const given = typed.trim().toLowerCase();
  if (!/^[0-9a-f]+$/.test(given) || given.length < SHORTEST_PREFIX || given.length > hash.length)
    throw new ToldError(
      `--content: found "${printable(typed, 80)}", write the content hash of the texts that you have read, at least its first ${SHORTEST_PREFIX} characters. Without --content approve shows it.`,
      2,
    );
  if (hash.startsWith(given)) return hash;
  throw new ToldError(
    `REFUSED: these are other texts. This run would send ${hash}, not ${given}.\nRead what this run would send: npm run cli -- approve --incident ${id} (without --content), then approve that.`,
  );
}

/** Only shows: whoever asks what there is to approve has done nothing wrong. */
async function whatToRead({ row }: Chosen, options: ApproveOptions): Promise<void> {
  const { from, links, database } = incidentOf(row);
  const { content_hash: hash, incident_id: id, approved_by: approvedBy, approved_at: approvedAt } = row;
  const preview = approvedAt !== null ? null : await writeNotices(row, join(stackFolder, 'notices', id));
  if (options.json) {
    const { index = null, variants = null, canary = null } = preview ?? {};
    return console.log(
      json({ incidentId: id, contentHash: hash, approvedBy, approvedAt, index, variants, canary }),
    );
  }
  if (preview === null)
    return console.log(
      `Already approved at ${approvedAt!.slice(0, 19)} UTC by ${printable(approvedBy!)}: ${hash}`,
    );
  const { index, folder, variants, canary } = preview;
  console.log(
    [
      `Nothing is approved yet. Read what ${id} would send, ${counted(variants.length, 'variant')} side by side:`,
      `  ${index}`,
      `Each variant is in ${folder}, too: .html for a browser, .txt, and .eml as it is sent.`,
      '',
      'Check in each: what happened, what was taken and what was not, what the customer can do.',
      `The sender is ${printable(from.name)} <${from.address}>. The links must work, and be yours: ${links.choosePassword} and ${links.page}`,
      '',
      ...canaryLines(canary),
      ...mappingLines(database, null),
      'Content hash of exactly these texts:',
      `  ${hash}`,
      `Then: npm run cli -- approve --incident ${id} --by "YOUR NAME" --content ${hash.slice(0, 12)}`,
    ].join('\n'),
  );
}

/**
 * Writes the preview of a started incident's notices, to be read before they are approved.
 * @throws ToldError where this version of the program would write other notices than those that the run sends.
 */
async function writeNotices(row: IncidentRow, folder: string): Promise<Preview & { canary: CanaryMail }> {
  const incident = incidentOf(row);
  const notices = await compileNotices(incident);
  const { contentHash } = notices;
  if (contentHash !== row.content_hash)
    throw new ToldError(
      `This version of the program writes other notices (${contentHash.slice(0, 12)}) than the version that started ${row.incident_id} (${row.content_hash.slice(0, 12)}): read and approve the notices with that version.`,
    );
  const chromium = { missing: 'none here; npm run cli -- preview FILE --out FOLDER takes screenshots' };
  const request = { incident, fileHash: row.file_hash, notices, folder, chromium };
  const preview = await writePreview(request).catch((error) => {
    const trouble = error instanceof WrongFolderError ? error.message : fileTrouble(error);
    throw trouble === null
      ? error
      : new ToldError(
          `The notices cannot be written to ${folder}: ${trouble}. BREACH_RESPONSE_LOCAL names another folder for all that this program keeps.`,
        );
  });
  return { ...preview, canary: canaryMail(incident, notices) };
}
