import type { Books } from '../../books/books';
import { incidentOf } from '../../books/incident-row';
import { listPlacedNotices } from '../../books/list-exported';
import { isoTime } from '../../books/rows';
import { LAWS } from '../../incident/vocabulary';
import { counted, number, printable, utc } from '../words';
import { byPlace, OTHERS, type PlaceRow } from './by-place';
import { aboutExport, commonFiles, type FileText, statusLines } from './common-files';
import { FORM } from './form-words';
import { type ApprovedText, type ApprovedTexts, LAW_WORDS, noticeFiles } from './notice-texts';
import { PLACE_TABLE, placeTable } from './place-table';
import { PLACE_TOTALS, placeTotals, TOTAL_COLUMNS } from './place-totals';
import { CHECKING, COMMON_FILES, described, LIMITS, readmeText, TERMS } from './readme-words';
import type { Beside, Taken } from './take';

/** The cohort by place, at the moment of the export. */
export const takePlaces: Beside<PlaceRow[]> = async (books: Books, { row, audit }) => {
  const rebuilt = audit.entries.some(({ action }) => action === 'reconcile');
  const places = byPlace(incidentOf(row), { rebuilt });
  for await (const page of listPlacedNotices(books, 'notice')) places.add(page);
  return places.rows();
};

export function regulatorFiles(taken: Taken, places: PlaceRow[], texts: ApprovedTexts): FileText[] {
  const used = usedTexts(taken, places, texts);
  return [
    ['README.txt', readme(taken, places, texts, used.length)],
    [PLACE_TOTALS, placeTotals(taken, places)],
    [PLACE_TABLE, placeTable(taken, places, texts)],
    ...commonFiles(taken),
    ...used.flatMap(noticeFiles),
  ];
}

function usedTexts({ report }: Taken, places: PlaceRow[], texts: ApprovedTexts): ApprovedText[] {
  const hashes = new Set(places.flatMap(({ text }) => (text === null ? [] : [text])));
  const used = new Set([...hashes].flatMap((hash) => texts.ofHash(hash)));
  return texts.all.filter(
    (text) => used.has(text) || (text.wave === 'reminder' && report.proof.reminders !== null),
  );
}

function readme(taken: Taken, places: PlaceRow[], texts: ApprovedTexts, files: number): string {
  const { row, file, report } = taken;
  const { proof } = report;
  const { country, region } = file.database.customers;
  const noColumn = 'empty, because the company has no such column';
  return readmeText([
    statusLines(taken),
    ...aboutExport(
      taken,
      'It says how many customers of which country and region were told, when, in which words and for which law, and who was not reached and why. No customer is named in it.',
    ),
    'BY LAW, as the texts that were sent show it',
    lawLines(places, texts),
    ...FORM,
    'THE FILES',
    described([
      [PLACE_TOTALS, 'a line for each country and region; opens in any spreadsheet'],
      [PLACE_TABLE, 'the table: the same, by password, outcome, text and law'],
      ...(files > 0
        ? [
            [
              'notices',
              `a folder with each text that the table names (${counted(files, 'text')}): its words (.txt), and the whole message as a mail program shows it (.eml). Name, address, date and Message-ID are made up`,
            ] as [string, string],
          ]
        : []),
      COMMON_FILES.incident,
      COMMON_FILES.proof,
      COMMON_FILES.verification,
      ['proof.json', 'the same as proof.txt, for a program'],
      COMMON_FILES.sums,
    ]),
    `THE TABLE (${PLACE_TABLE}), column by column`,
    `A line stands for as many customers as its column "customers" says: those of whom everything else in the line is the same. The columns customers, passwords_expired and told can be added up. Over all lines they give ${number(proof.cohort)}, ${number(proof.expired)} and ${number(proof.sent)}, as in proof.txt.`,
    described([
      ['as_of_utc', 'the moment of this export'],
      ['run_finished', 'yes, or NO: then later numbers differ'],
      ['customers', 'how many'],
      ['password', 'what became of it'],
      ['passwords_expired', 'how many of them had their password expired'],
      ['expired_first_utc', 'when the first of these passwords was expired; expired_last_utc: the last'],
      [
        'outcome',
        'told; not told; not certain (only the relay knows whether it took the message); not told yet',
      ],
      [
        'why',
        'the reason, for those who were not told. In brackets: at which step the relay refused it (mail: the sender, rcpt: the address, data or dot: the message), and its code by RFC 3463, such as 5.1.1 no such mailbox, 5.2.2 mailbox full, 5.7.1 not allowed; 4 at the front: for now',
      ],
      ['told', 'how many of them were told'],
      [
        'told_first_utc',
        'when the relay took the first of these messages; told_last_utc: the last. Where its answer came late, when the evidence of it was found or says; empty where the record was lost and rebuilt',
      ],
    ]),
    'From the record, which is evidence of what was sent:',
    described([
      ['law_of_text', 'the law for which the text was written that was sent, or that was tried last'],
      ['language_of_text', 'its language'],
      ['text_file', 'its words, in the folder notices'],
      [
        'text_sha256',
        'its SHA-256. The record of each message has the first 16 of these 64 characters: so it is known which text it was',
      ],
    ]),
    "From the company's table of customers as it is TODAY, which is no evidence of what it said when the text was sent:",
    described([
      ['country_today', country === null ? noColumn : 'in capital letters'],
      ['region_today', region === null ? noColumn : 'in capital letters; US-CA within US is CA'],
      ['law_today', 'the law for that place, by the rules below'],
      ['rule_today', 'the rule that says so'],
      ['law_of_text_and_today', 'whether the two laws are the same'],
    ]),
    "WHY TWO LAWS. Just before a message was sent, the program chose its text by the country and region that the company's table had at that moment. Which text it was is on record; the place is not. Customers move, and delete their accounts. Where the two laws are the same, rule_today is the rule that chose the text, unless the customer has moved since from another place of the same law. Where they are DIFFERENT, the text is the one that was sent all the same: it was chosen for another place, which is not on record.",
    ...placeNotes(places),
    'THE RULES, from the incident file: where each law holds. Everybody else got the text of no law in particular.',
    described(
      LAWS.map((law) => [
        LAW_WORDS[law],
        file.jurisdictions[law].map((place) => printable(place)).join(', ') || 'nowhere',
      ]),
    ),
    `A rule for a region goes before one for its country. Where there is no text for a law in a customer's language, it was sent in "${file.defaultLanguage}". The company wrote these rules; they are no judgement on which law holds.`,
    `THE TOTALS (${PLACE_TOTALS}), column by column. They are the sums of the table's lines:`,
    described(TOTAL_COLUMNS),
    `A TEXT'S SHA-256 is made over the whole message as it was approved: its headers, its plain and its HTML form, without what is each customer's own. The SHA-256 over all of these together is what was approved: ${row.content_hash}. None of them can be made again from the files in the folder notices, which have a made-up customer in them: they tell texts apart, and are the same in the table, in incident.txt and in the company's record.`,
    ...(proof.reminders === null
      ? []
      : [
          `REMINDERS. Later, ${counted(proof.reminders.sent, 'customer')} who had no new password yet got a reminder. It is not in the table; proof.txt counts it, and the folder notices has its words.`,
        ]),
    ...TERMS,
    'WHAT IT DOES NOT SHOW',
    ...LIMITS,
    ...returnedWords(taken),
    ...CHECKING,
    'The table is UTF-8 with commas between its cells (RFC 4180). If a spreadsheet shows all in one column, import it with the comma as separator. A cell that could be taken for a formula begins with an apostrophe, which is not part of it.',
  ]);
}

const LAWS_OF_TEXTS = ['default', ...LAWS] as const;

/** How many were told in the words of each law, and when. */
function lawLines(places: PlaceRow[], { ofHash }: ApprovedTexts): string[] {
  const told = places.filter(({ state }) => state === 'sent');
  const lawsOf = ({ text }: PlaceRow) =>
    new Set(text === null ? [] : ofHash(text).map(({ jurisdiction }) => jurisdiction));
  const lines = LAWS_OF_TEXTS.map((law): [string, PlaceRow[]] => [
    LAW_WORDS[law],
    told.filter((place) => lawsOf(place).size === 1 && lawsOf(place).has(law)),
  ]);
  const others: [string, PlaceRow[]] = ['not known which', told.filter((place) => lawsOf(place).size !== 1)];
  if (told.length === 0) return ['Nobody has been told yet.'];
  return described(
    [...lines, others]
      .filter(([, rows]) => rows.length > 0)
      .map(([law, rows]) => [law, `${counted(customersIn(rows), 'customer')} told${whenWords(rows)}`]),
  );
}

/** Where it is on record. */
function whenWords(rows: PlaceRow[]): string {
  const times = (which: 'toldFirst' | 'toldLast') =>
    rows
      .map((row) => row[which])
      .filter((time) => time !== null)
      .sort()
      .map((time) => utc(isoTime(time)));
  const [first, last] = [times('toldFirst')[0], times('toldLast').at(-1)];
  return first === undefined ? '' : `, the first on ${first}, the last on ${last}`;
}

function customersIn(rows: PlaceRow[]): number {
  return rows.reduce((sum, { customers }) => sum + customers, 0);
}

function placeNotes(places: PlaceRow[]): string[] {
  const deleted = customersIn(places.filter(({ placeToday }) => placeToday === null));
  const hidden = customersIn(places.filter(({ placeToday }) => placeToday?.country === OTHERS));
  return [
    ...(deleted > 0
      ? [
          `${counted(deleted, 'customer')} deleted the account since, or the company did: ${deleted === 1 ? 'it has' : 'they have'} no place today.`,
        ]
      : []),
    ...(hidden > 0
      ? [
          `The place of ${counted(hidden, 'customer')} is "${OTHERS}": it may be more than a place, such as an address, or there are too many different ones.`,
        ]
      : []),
  ];
}

function returnedWords({ report: { proof } }: Taken): string[] {
  if (proof.relay === null) return [];
  const { bounced, 'thrown-away': thrown, held, elsewhere } = proof.relay.remarks;
  const lost = bounced.customers + thrown.customers + held.customers + elsewhere.customers;
  if (lost === 0) return [];
  return [
    `- By the relay's log, ${counted(lost, 'message')} that ${lost === 1 ? 'counts' : 'count'} as told came back, ${lost === 1 ? 'was' : 'were'} thrown away, held or sent to another address later: proof.txt has the numbers. The table does not take them out.`,
  ];
}
