import { messageIdDomain } from '../../activities/search-relay-log';
import { wavesOf } from '../../books/balance';
import type { Books } from '../../books/books';
import type { IncidentRow } from '../../books/incident-row';
import { type BookedRecord, listBookedRecords } from '../../books/list-exported';
import { readPurged } from '../../books/purge-kept';
import { REBUILT } from '../../books/rebuild-claim';
import { keptOrPurged, type PurgedKinds } from '../../incident/retention';
import type { Wave } from '../../incident/vocabulary';
import { messageId } from '../../notice/message-headers';
import { counted } from '../words';
import { csvLine, unreachedWords } from '../write-unreached';
import { auditJson, auditText } from './audit-record';
import { aboutExport, commonFiles, type FileText, statusLines } from './common-files';
import {
  type Block,
  CHECKING,
  COMMON_FILES,
  described,
  LIMITS,
  RECORD_TERMS,
  readmeText,
  TERMS,
} from './readme-words';
import { EXPORTED, type Taken } from './take';

export const CUSTOMERS_FILE = 'customers.csv';

/** Every customer of the cohort in each wave, with what was booked: personal data, a page at a time. */
export async function* customersCsv(
  books: Books,
  { row, asOf }: Pick<Taken, 'row' | 'asOf'>,
): AsyncGenerator<string> {
  // So that a spreadsheet takes it for UTF-8.
  yield `\ufeff${csvLine(CUSTOMER_COLUMNS.map(([column]) => column))}`;
  const moment = [asOf.slice(0, 19).replace('T', ' '), row.closed_at === null ? 'NO' : 'yes'];
  const purged = await readPurged(books);
  for (const wave of await wavesOf(books))
    for await (const page of listBookedRecords(books, wave))
      yield page
        .filter(({ state }) => wave === 'notice' || state !== null)
        .map((record) => csvLine([...moment, ...cellsOf(record, row, wave, purged)]))
        .join('');
}

const CUSTOMER_COLUMNS: Pair[] = [
  ['as_of_utc', 'the moment of this export'],
  ['run_finished', 'yes, or NO: then later lines differ'],
  ['customer_id', "the company's own key of the account"],
  ['password', 'what became of it: expired; changed_since; none (there was no password)'],
  ['expired_at_utc', 'when it was expired; empty where none was'],
  ['wave', 'which message the line is about: the notice, or the later reminder'],
  [
    'state',
    'what became of the message: sent; failed; skipped; deferred; in_doubt; left; sending (on its way at that moment); released (waits to be sent); missing (nobody has come to it yet)',
  ],
  ['in_words', 'the same, and why'],
  ['address', 'where it was sent, or tried, last. An address of today may be another one'],
  ['message_id', 'the mark in the message and in the log of the relay; empty where nothing was tried'],
  ['relay_queue_id', "the relay's own number of the message, as its answer named it"],
  ['relay', 'which relay that was, or the last attempt went by; empty where nobody knows'],
  ['attempts', 'how often the program set out to send it'],
  ['handed_over_from_utc', 'when the last attempt began'],
  [
    'answered_utc',
    "when the relay's answer to it was booked; where there was none, when the outcome was found in evidence or decided",
  ],
  ['relay_code', 'the number with which that answer began: 250 took it, 4.. put it off, 5.. refused it'],
  ['relay_words', "the relay's words, of a refusal only"],
  ['sent_again_by_entry', 'the entry of audit.txt by which somebody had it sent again'],
];

function cellsOf(
  record: BookedRecord,
  row: IncidentRow,
  wave: Wave,
  purged: PurgedKinds,
): (string | number | null)[] {
  const { customerId, password, expiredAt, state, address, attempt, queueId, relay, decision } = record;
  const message = { incident: row.incident_id, wave, customerId, role: 'primary' } as const;
  return [
    customerId,
    password,
    // The row has it for everybody whom the run has gone through.
    password === 'expired' ? expiredAt.slice(0, 19) : null,
    wave,
    state ?? 'missing',
    stateWords(record),
    keptOrPurged(address, purged.addresses),
    attempt ? messageId(row.message_key, message, messageIdDomain(row)) : null,
    queueId,
    relay,
    attempt,
    record.claimedAt?.slice(0, 19) ?? null,
    record.settledAt?.slice(0, 19) ?? null,
    record.replyCode,
    keptOrPurged(record.replyText, purged.relayWords),
    decision,
  ];
}

function stateWords({ state, reason }: BookedRecord): string {
  const words =
    state === 'sent' ? 'the relay took it' : unreachedWords({ state: state ?? 'missing', reason });
  return reason === REBUILT
    ? `${words}; the record was lost and rebuilt, so address and times are not those of the sending`
    : words;
}

/** All but customers.csv, which is written while the books are read. */
export function lawEnforcementFiles(taken: Taken): FileText[] {
  const { audit } = taken;
  const common = commonFiles(taken);
  return [
    ['README.txt', readme(taken)],
    ...common,
    ['audit.txt', `${statusLines(taken).join('\n')}\n\n${auditText(audit)}`],
    ['audit.json', auditJson(audit)],
  ];
}

function readme(taken: Taken): string {
  const { row, named } = taken;
  return readmeText([
    statusLines(taken),
    ...aboutExport(taken, 'It says what was done, when, on whose decision, and what shows it.'),
    'THE FILES, in the order in which to read them',
    described([
      COMMON_FILES.incident,
      COMMON_FILES.proof,
      ['audit.txt', 'the record: who decided what, when and why'],
      COMMON_FILES.verification,
      ...(named
        ? [
            [
              CUSTOMERS_FILE,
              'one line for each customer and message, for a spreadsheet. PERSONAL DATA',
            ] as Pair,
          ]
        : []),
      ['proof.json, audit.json', 'the same as proof.txt and audit.txt, for a program'],
      COMMON_FILES.sums,
    ]),
    'WHOM IT NAMES',
    ...(named ? namedWords(taken) : UNNAMED_WORDS),
    `People of the company are named in audit.txt: those who decided. "The workflow", "the breaker" and "the guard" are the program itself.${withheldWords(taken)}`,
    ...TERMS,
    ...RECORD_TERMS,
    'WHAT IT PROVES, AND WHAT NOT',
    "- The counts are what the company's own books say. The program compares them, customer by customer, with the log that the mail relay wrote by itself, if somebody gave it that log. proof.txt names the log files that were read, each with its SHA-256. Ask the company for those very files: they must have the same SHA-256. A log that the relay has gone on writing to has another one by now: then its first octets, as many as proof.txt says, must have it (Linux: head -c NUMBER FILE | sha256sum).",
    "- The log is a text file on a machine of the company's. Nothing in this folder shows that nobody changed it before it was read.",
    '- The record (audit.txt) is a chain. Each entry has a fingerprint, which is made of its own words and of the fingerprint of the entry before it. Whoever changes, adds or takes out an entry in the middle breaks the chain. The last line of audit.txt says whether it is whole.',
    '- Somebody who may write to the whole database could make all of the chain anew, or cut off its end. So compare number and hash of its last entry with what the company noted elsewhere at that time.',
    '- A name in audit.txt is what somebody typed. Beside it stands the login at which that was done, and its machine: "(login ann@build1)" of a command that wrote into the database itself, "(through Temporal: ann@build1)" of one that came by way of Temporal, the service that carries the response out. Where there is a login alone, no name was typed. Who sat there, no file of this folder shows.',
    ...LIMITS,
    '- Of the cutoff, and of what the thief saw, this folder has what the company states. How anybody got in, the program did not look at.',
    "- The database itself, the relay's machine and whatever the thief left behind are not in this folder.",
    ...CHECKING,
    'FOR A TECHNICAL EXAMINER: the hash of an entry',
    `audit.json has each entry as it was hashed. Its hash is the SHA-256 of prevHash (32 octets; zeros for the first entry), followed by each of the six fields incident (${row.incident} in all entries), entry, at, who, action and detail, in this order, each as: the number of its octets in decimal digits, a colon, and the octets (UTF-8). prevHash is the hash of the entry before.`,
    'Where detail is null, the words were left out (see WHOM IT NAMES). That hash cannot be made again from this folder, but the chain goes on through it.',
  ]);
}

type Pair = [string, string];

const UNNAMED_WORDS: Block[] = [
  'No customer is named: there is no customer number, no name, no address, no Message-ID of a customer, and no number that the relay gave to a message. The company can write the same folder with a list of all customers, if you are entitled to it. That it does so is then on its own record.',
];

function namedWords({ audit }: Taken): Block[] {
  const entry = audit.entries.filter(({ action }) => action === EXPORTED).at(-1);
  return [
    `${CUSTOMERS_FILE} names every customer: number, address, and for each message its Message-ID and the number (queue id) that the relay gave it. audit.txt, audit.json and the proof may name some as well. Keep the folder accordingly. That these data were taken out, and by whom, is entry ${entry?.entry ?? '(missing)'} of audit.txt.`,
    `${CUSTOMERS_FILE}, column by column. A line stands for one customer and one message:`,
    described(CUSTOMER_COLUMNS),
    'The list is from the company\'s books. What the log shows of a message after the relay took it (that it came back, say) is not in it: proof.json names these customers under "remarks", up to 1,000 of each kind, as does proof.txt the first 10.',
    "A Message-ID is the same in the customer's mail and in the relay's log: by it one is found in the other.",
    'In a spreadsheet, import the list as UTF-8 with customer_id as text: opened directly, long numbers are rounded. A cell that could be taken for a formula begins with an apostrophe, which is not part of it.',
  ];
}

function withheldWords({ audit: { withheld } }: Taken): string {
  if (withheld === 0) return '';
  const theirs = withheld === 1 ? 'has its words' : 'have their words';
  return ` ${counted(withheld, 'entry', 'entries')} of it ${theirs} left out, since they may name a customer. The company has them.`;
}
