import { isoTime } from '../../books/rows';
import { proofText } from '../proof';
import { leftUndone, stillToDo } from '../report-phase';
import { verifyText } from '../verify';
import { counted, json, number, printable, utc } from '../words';
import { incidentText } from './incident-text';
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
        ? `CANCELLED: ${name} was ended ${ended} before its end; ${leftUndone(proof)}. Read on ${utc(asOf)}.`
        : `FINISHED: ${name} was closed ${ended}. Read on ${utc(asOf)}.`,
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
export function aboutExport(taken: Taken, purpose: string): Block[] {
  const { asOf, file, writing } = taken;
  return [
    'WHAT THIS IS',
    `${printable(file.from.name)} keeps accounts of customers. Somebody may have read them: see incident.txt. The company's response is to make the customers' passwords useless, and to tell each customer by e-mail, with a program named breach-response. This folder was written by that program. ${purpose}`,
    `All numbers in it are of one moment, ${utc(asOf)}. All times are in UTC, as the clock of the company's database had them; the clock of the machine that wrote this said ${utc(writing.hereAt)} then.`,
    `Written by the login ${printable(writing.login)}, with version ${writing.version} of the program, from the database ${printable(writing.databaseWords)}. The program's tables there, its "ledger", have the id ${writing.ledgerId}.`,
    'IN SHORT',
    described(shortLines(taken)),
  ];
}

function shortLines({ row, report: { proof } }: Taken): [string, string][] {
  const { cohort, expired, sent, skipped, failed, inDoubt, left, relay } = proof;
  const open = cohort - sent - skipped - failed - inDoubt - left;
  const { bounced, 'thrown-away': thrown, 'taken-in-doubt': taken } = relay?.remarks ?? {};
  const lost = (bounced?.customers ?? 0) + (thrown?.customers ?? 0);
  const shown = taken?.customers ?? 0;
  const line = (count: number, singular: string, plural: string): [string, string] => [
    number(count),
    count === 1 ? singular : plural,
  ];
  const told = "told by e-mail: the company's mail server took their message";
  const doubt = `may or may not have been told: ${
    shown > 0
      ? `the company's books do not know; the mail server's log shows that it took the message${shown < inDoubt + left ? ` of ${number(shown)}` : ''}`
      : 'only the mail server knows'
  }`;
  return [
    row.phase === 'expire'
      ? line(
          cohort,
          'account was gone through so far, of those that were there when the thief may have read',
          'accounts were gone through so far, of those that were there when the thief may have read',
        )
      : line(
          cohort,
          'account was there when the thief may have read',
          'accounts were there when the thief may have read',
        ),
    line(expired, 'of these had a password that was expired', 'of these had passwords that were expired'),
    line(sent, `customer was ${told}`, `customers were ${told}`),
    ...(lost > 0
      ? [
          line(
            lost,
            'message that the mail server took did not arrive: by its log it came back, or was thrown away. Who was to get it may be among those who were told',
            'messages that the mail server took did not arrive: by its log they came back, or were thrown away. Who was to get them may be among those who were told',
          ),
        ]
      : []),
    line(skipped + failed, 'customer could not be told by e-mail', 'customers could not be told by e-mail'),
    line(inDoubt + left, `customer ${doubt}`, `customers ${doubt}`),
    ...(open > 0
      ? [line(open, `customer ${openWords(row.phase, 'was')}`, `customers ${openWords(row.phase, 'were')}`)]
      : []),
  ];
}

function openWords(phase: Taken['row']['phase'], verb: 'was' | 'were'): string {
  if (phase === 'cancelled') return `${verb} not told: the response was ended before`;
  return `${verb === 'was' ? 'has' : 'have'} not been told yet`;
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
