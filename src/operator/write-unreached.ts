import { lstatSync } from 'node:fs';
import { type FileHandle, link, open, rm } from 'node:fs/promises';
import { type IncidentRow, openBooks } from '../books/incident-row';
import { listUnreached, type Unreached } from '../books/list-unreached';
import type { Database } from '../books/open-database';
import { readPurged } from '../books/purge-kept';
import { keptOrPurged, type PurgedKinds } from '../incident/retention';
import { RECEIVER_REASONS } from '../incident/vocabulary';
import { skipWords } from './words';

export interface UnreachedWritten {
  file: string;
  customers: number;
  byState: Partial<Record<Unreached['state'], number>>;
}

/** The file is there already: what it holds is not touched. */
export class FileExistsError extends Error {}

/**
 * Writes everybody who was not reached to a new CSV file that only its owner can read. The file has its name only once it is
 * complete.
 * @throws FileExistsError
 */
export async function writeUnreached(
  database: Database,
  row: IncidentRow,
  file: string,
): Promise<UnreachedWritten> {
  const books = await openBooks(database, row);
  const pages = listUnreached(books, { wave: 'notice' });
  const purged = await readPurged(books);
  const partial = `${file}.partial`;
  const out = await openNew(file, partial);
  const written: UnreachedWritten = { file, customers: 0, byState: {} };
  try {
    await out.appendFile(csvLine(COLUMNS));
    for await (const page of pages) {
      await out.appendFile(page.map((customer) => csvLine(cellsOf(customer, purged))).join(''));
      written.customers += page.length;
      for (const { state } of page) written.byState[state] = (written.byState[state] ?? 0) + 1;
    }
    await out.sync();
    // Unlike a rename, a link never takes the place of a file that came meanwhile.
    await link(partial, file).catch((error) => {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new FileExistsError(file) : error;
    });
  } finally {
    await out.close();
    await rm(partial, { force: true });
  }
  return written;
}

async function openNew(file: string, partial: string): Promise<FileHandle> {
  if (lstatSync(file, { throwIfNoEntry: false })) throw new FileExistsError(file);
  return open(partial, 'wx', 0o600).catch((error) => {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new FileExistsError(partial) : error;
  });
}

const COLUMNS = [
  'customer_id',
  'state',
  'reason',
  'in_words',
  'relay_code',
  'relay_words',
  'address_tried',
  'address_now',
  'name',
];

function cellsOf(customer: Unreached, purged: PurgedKinds): (string | number | null)[] {
  const { customerId, state, reason, replyCode, replyText, addressTried, addressNow, name } = customer;
  return [
    customerId,
    state,
    reason,
    unreachedWords(customer),
    replyCode,
    keptOrPurged(replyText, purged.relayWords),
    keptOrPurged(addressTried, purged.addresses),
    addressNow,
    name,
  ];
}

const STATE_WORDS: Record<Exclude<Unreached['state'], 'skipped' | 'failed'>, string> = {
  missing: 'no notice yet',
  sending: 'is being sent',
  released: 'stopped before it went out, waits to be sent',
  deferred: 'put off by the relay, to be tried again',
  in_doubt: 'the relay may or may not have taken it; not decided yet',
  left: 'the relay may or may not have taken it; somebody decided not to send again',
};

/** What became of a notice that was not sent. */
export function unreachedWords({ state, reason }: Pick<Unreached, 'state' | 'reason'>): string {
  if (state === 'skipped') return skipWords(reason ?? '');
  if (reason !== null && reason in RECEIVER_WORDS) return RECEIVER_WORDS[reason]!;
  return state === 'failed' ? failedWords(reason) : STATE_WORDS[state];
}

/** The receiver is the customer's mail provider. */
const RECEIVER_WORDS: Record<string, string> = {
  [RECEIVER_REASONS.aside]: 'waits: its mail provider takes none of our mail at the moment',
  [RECEIVER_REASONS.paused]: 'waits: mail to its mail provider is paused',
};

/** Why a notice has failed, by what the books have of it, such as `rcpt 5.1.1`, `rcpt 451`, `dot session lost`. */
function failedWords(reason: string | null): string {
  if (reason?.endsWith('session lost'))
    return 'the relay broke off each time, until the time for it was over';
  return /^\S+ 4/.test(reason ?? '')
    ? 'put off by the relay each time, until the time for it was over'
    : 'refused by the relay for good';
}

/** One line of CSV (RFC 4180), its end included; null is an empty cell. */
export function csvLine(cells: (string | number | null)[]): string {
  return `${cells.map((cell) => csvCell(safeCell(cell === null ? '' : String(cell)))).join(',')}\r\n`;
}

/**
 * Other people's words, as a spreadsheet may have them: what it would take for a formula gets an apostrophe in front, also after
 * whatever may begin a cell where the separator is not the comma. Digits stay as they are, leading zeros included.
 */
export function safeCell(text: string): string {
  if (NUMBER.test(text) || ADDRESS.test(text)) return text;
  const safe = text.replaceAll('\0', '').replace(FORMULA, "$1'$2");
  return /^[\t\r\n]/.test(safe) ? `'${safe}` : safe;
}

/** The customer -5 is not a formula. */
const NUMBER = /^-\d+$/;
/**
 * Nor is `=a@x.test`, an address that somebody may write to, letter for letter. What calls or joins something in a spreadsheet is none of
 * its signs: a parenthesis, a quote, a bar, a separator, a space.
 */
const ADDRESS = /^(?=.*@)[\p{L}\p{N}.!#$%&*+/=?^_`{}~@-]+$/u;
/** The full-width signs too, which some spreadsheets read as the others. */
const FORMULA = /(^|[;,|"\t\r\n])([^\S\t\r\n]*[=+\-@＝＋－＠])/g;

function csvCell(text: string): string {
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
