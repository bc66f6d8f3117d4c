import { isoTime } from '../../books/rows';
import type { Incident } from '../../incident/incident-schema';
import { noticePieces, proseParagraphs } from '../../notice/notice-pieces';
import { proofText } from '../proof';
import { leftUndone, stillToDo } from '../report-phase';
import { verifyText } from '../verify';
import { counted, json, number, printable, table, utc } from '../words';
import { type Block, described } from './readme-words';
import type { Taken } from './take';

/** A file of an export, written in the pieces that there are. */
export type FileText = [name: string, text: string];

/** What both kinds of export hold, in the order in which somebody should read them. */
export function commonFiles(taken: Taken): FileText[] {
  const headed = (text: string) => `${statusLines(taken).join('\n')}\n\n${text}\n`;
  return [
    ['incident.txt', headed(incidentText(taken))],
    ['proof.txt', headed(forOutsiders([proofText(taken.report), ...logLines(taken)].join('\n')))],
    ['proof.json', `${json({ asOf: taken.asOf, ...taken.report })}\n`],
    ['verification.txt', headed(forOutsiders(verifyText(taken.verification)))],
  ];
}

/** What whoever opens a file must know first: whether it is final, and what was not looked at (I7). */
export function statusLines({ asOf, row, report, verification, isCopy }: Taken): string[] {
  const { proof, problems } = report;
  const name = `the response to "${printable(row.title)}" (${row.incident_id})`;
  const ended = row.closed_at === null ? '' : `on ${utc(isoTime(row.closed_at))}`;
  return [
    row.closed_at === null
      ? `NOT FINISHED: ${name} goes on, and ${stillToDo(row.phase, proof)}. This is how it stood on ${utc(asOf)}; later numbers differ.`
      : row.phase === 'cancelled'
        ? `CANCELLED: ${name} was ended ${ended} before its end; ${leftUndone(proof)}.`
        : `FINISHED: ${name} was closed ${ended}.`,
    ...(problems.length > 0
      ? [`IT DOES NOT ADD UP: ${counted(problems.length, 'finding')}, listed in proof.txt.`]
      : []),
    ...(verification.holds ? [] : ['A CHECK FAILS: see FAIL in verification.txt.']),
    ...(proof.relay === null
      ? [
          "WITHOUT THE MAIL RELAY'S LOG: the numbers are from the company's books alone. Whether the relay took each message, and took none twice, was not looked at.",
        ]
      : []),
    ...(isCopy
      ? [
          'READ FROM A COPY of the database (another server than the one that the response ran on): a copy may lack what was written last.',
        ]
      : []),
  ];
}

/** What a README begins with. */
export function aboutExport({ asOf, row, file, report: { proof } }: Taken, purpose: string): Block[] {
  const { cohort, expired, sent, skipped, failed, inDoubt, left } = proof;
  const others = cohort - sent - skipped - failed - inDoubt - left;
  return [
    'WHAT THIS IS',
    `${printable(file.from.name)} keeps accounts of customers. Somebody may have read them: see incident.txt. The company's response is to make the customers' passwords useless, and to tell each customer by e-mail, with a program named breach-response. This folder was written by that program. ${purpose}`,
    `All numbers in it are of one moment, ${utc(asOf)}. All times are in UTC, as the clock of the company's database had them.`,
    'IN SHORT',
    described([
      [
        number(cohort),
        row.phase === 'expire'
          ? 'accounts were gone through so far, of those that were there when the thief may have read'
          : 'accounts were there when the thief may have read',
      ],
      [number(expired), 'passwords were expired'],
      [number(sent), "customers were told: the company's mail server took their message"],
      [number(skipped + failed), 'customers could not be told by e-mail'],
      [number(inDoubt + left), 'customers may or may not have been told: only the mail server knows'],
      ...(others > 0 ? [[number(others), othersWords(row.phase)] as [string, string]] : []),
    ]),
  ];
}

function othersWords(phase: Taken['row']['phase']): string {
  return phase === 'cancelled'
    ? 'customers were not told: the response was ended before'
    : 'customers have not been told yet';
}

/** Exit 1 and 3 as `report` has them. */
export function exitCodeOfExport({ report, verification }: Taken): 0 | 1 | 3 {
  if (report.problems.length > 0 || !verification.holds) return 1;
  return report.proof.finished ? 0 : 3;
}

/** The promises' numbers are for us. */
function forOutsiders(text: string): string {
  return text.replaceAll(/ \(I\d(?:, I\d)*\)/g, '');
}

function logLines({ report: { proof } }: Taken): string[] {
  if (proof.relay === null) return [];
  return [
    '',
    "The relay's log files that were read, each with the SHA-256 of the whole file:",
    ...proof.relay.files.flatMap(({ name, sha256, bytes, lines, ofRelays }) => [
      `  ${printable(name, 1_000)}`,
      `    ${sha256}`,
      `    ${counted(bytes, 'byte')}, ${counted(lines, 'line')}, ${number(ofRelays)} of them of a mail relay`,
    ]),
  ];
}

function incidentText({ row, file }: Taken): string {
  const { texts, defaultLanguage: language } = file;
  const { whatHappened, whatInformation } = texts[language]!;
  const words = (text: string) => toldWords(text, file);
  return [
    'THE INCIDENT',
    ...table(factRows({ row, file })),
    '',
    `WHAT HAPPENED, as the customers were told (texts in "${language}")`,
    '',
    words(whatHappened.text),
    '',
    words(whatInformation.affectedIntro),
    ...whatInformation.affected.map((item) => `  - ${words(item)}`),
    '',
    words(whatInformation.notAffectedIntro),
    ...whatInformation.notAffected.map((item) => `  - ${words(item)}`),
  ].join('\n');
}

function factRows({ row, file }: Pick<Taken, 'row' | 'file'>): [string, string][] {
  const { from, dates, contactPoint, cutoff } = file;
  const at = (time: string) => utc(isoTime(time));
  const breach = dates && (dates.breachEnd ? `${dates.breach} to ${dates.breachEnd}` : dates.breach);
  return [
    ['Id', row.incident_id],
    ['Title', printable(row.title)],
    ['Who writes', `${printable(from.name)} <${from.address}>`],
    ...(contactPoint
      ? [['Contact point', `${printable(contactPoint.name)} <${contactPoint.address}>`] as [string, string]]
      : []),
    ['Breach', breach ?? 'the incident file names no day'],
    [
      'Cutoff',
      `${utc(new Date(cutoff).toISOString())}: up to then the thief may have read. Passwords set up to then were expired`,
    ],
    ['Response begun', `${at(row.started_at)} by ${printable(row.started_by)}`],
    [
      'Texts approved',
      row.approved_at === null ? 'not yet' : `${at(row.approved_at)} by ${printable(row.approved_by!)}`,
    ],
    ['Response ended', row.closed_at === null ? 'not yet' : `${at(row.closed_at)} (${row.phase})`],
    ['Incident file', `SHA-256 of what it says: ${row.file_hash}`],
    ['Texts', `SHA-256 over all texts: ${row.content_hash}`],
  ];
}

/** A text of the incident file, with its placeholders filled in as far as they are the same for everybody. */
function toldWords(text: string, incident: Incident): string {
  return proseParagraphs(text)
    .map((paragraph) =>
      noticePieces(paragraph, incident, incident.defaultLanguage)
        .map((piece) => {
          if (piece.kind === 'link') return piece.url;
          return piece.kind === 'slot' ? `(the customer's ${piece.slot})` : piece.text;
        })
        .join(''),
    )
    .join('\n\n');
}
