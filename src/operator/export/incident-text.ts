import { isoTime } from '../../books/rows';
import type { Incident } from '../../incident/incident-schema';
import type { LawRecord } from '../../incident/law-delay';
import { noticePieces, proseParagraphs } from '../../notice/notice-pieces';
import { counted, printable, table, utc } from '../words';
import type { Taken } from './take';

/** What happened and what is done about it, in the words of the notice; and when, and on whose word. */
export function incidentText(taken: Pick<Taken, 'row' | 'file' | 'times' | 'waits' | 'report'>): string {
  const { file } = taken;
  const { jurisdictions, texts, defaultLanguage: language } = file;
  const { whatHappened, whatInformation, whatWeAreDoing, gdpr, massachusetts } = texts[language]!;
  const words = (text: string) => toldWords(text, file);
  return [
    'THE INCIDENT',
    ...table(factRows(taken)),
    '',
    `WHAT HAPPENED, in the words of the notice (in "${language}")`,
    ...(massachusetts && jurisdictions.massachusetts.length > 0
      ? ['(Where the law of Massachusetts holds, the notice may not say this, and has other words.)']
      : []),
    '',
    words(whatHappened.text),
    '',
    words(whatInformation.affectedIntro),
    ...whatInformation.affected.map((item) => `  - ${words(item)}`),
    '',
    words(whatInformation.notAffectedIntro),
    ...whatInformation.notAffected.map((item) => `  - ${words(item)}`),
    '',
    'WHAT IS DONE ABOUT IT, in the words of the notice. What of it this program did, proof.txt shows; the rest nobody here has looked at',
    '',
    words(whatWeAreDoing.text),
    ...(gdpr && jurisdictions.gdpr.length > 0
      ? [
          '',
          'WHAT MAY COME OF IT, in the words of the notice under GDPR article 34',
          '',
          words(gdpr.consequences.text),
        ]
      : []),
  ].join('\n');
}

function factRows({
  row,
  file,
  times,
  waits,
  report: { proof },
}: Pick<Taken, 'row' | 'file' | 'times' | 'waits' | 'report'>): [string, string][] {
  const { from, dates, contactPoint, cutoff, links } = file;
  const at = (time: string) => utc(isoTime(time));
  const span = (first: string | null, last: string | null) =>
    first === null ? null : `the first on ${at(first)}, the last on ${at(last!)}`;
  const breach = dates && (dates.breachEnd ? `${dates.breach} to ${dates.breachEnd}` : dates.breach);
  const told = span(times.toldFirst, times.toldLast);
  return [
    ['Id', row.incident_id],
    ['Title', printable(row.title)],
    ['Who writes', `${printable(from.name)} <${from.address}>`],
    ...(contactPoint
      ? [['Contact point', `${printable(contactPoint.name)} <${contactPoint.address}>`] as [string, string]]
      : []),
    ['Breach', breach ? `${breach}, as the company states it` : 'the incident file names no day'],
    [
      'Cutoff',
      `${utc(new Date(cutoff).toISOString())}: up to then the thief may have read, as the company states it. Passwords set up to then were expired`,
    ],
    ['Response begun', `${at(row.started_at)} by ${printable(row.started_by)}`],
    ['Passwords expired', span(times.expiredFirst, times.expiredLast) ?? 'none'],
    [
      'Texts approved',
      row.approved_at === null ? 'not yet' : `${at(row.approved_at)} by ${printable(row.approved_by!)}`,
    ],
    ['Day in the texts', dates ? `${dates.notice}: the notices give this as their day` : 'none'],
    ['Customers told', told === null ? 'nobody, as far as a time is on record' : `by e-mail, ${told}`],
    ['Also told at', `${links.page}, says the notice: whether that page was there, nobody here has looked`],
    ...waitRows(waits),
    ['Response ended', row.closed_at === null ? 'not yet' : `${at(row.closed_at)} (${row.phase})`],
    ['Incident file', `SHA-256 of what it says: ${row.file_hash}`],
    ['Texts', `SHA-256 over all texts: ${row.content_hash}`],
    ...versionRows(proof),
    ...relayRows(proof),
  ];
}

/** Whoever was told before an amendment was told in other words. */
function versionRows({ versions }: Taken['report']['proof']): [string, string][] {
  if (versions.length < 2) return [];
  return versions.map(({ version, contentHash, since, sent }) =>
    version === null
      ? [
          'Version unknown',
          `${counted(sent, 'message')}: their record was lost and rebuilt, so nobody knows which words they had`,
        ]
      : [
          `Version ${version}`,
          `in effect from ${utc(since!)}; SHA-256 over all its texts: ${contentHash}; ${counted(sent, 'message')} went out in its words`,
        ],
  );
}

/** Each has a log of its own. */
function relayRows({ relays }: Taken['report']['proof']): [string, string][] {
  if (relays.filter(({ relay }) => relay !== null).length < 2) return [];
  return relays.map(({ relay, sent }) => [
    relay === null ? 'Relay unknown' : 'Relay',
    `${relay === null ? '' : `${printable(relay, 60)}: `}${counted(sent, 'message')} went out by it, by our books`,
  ]);
}

/** Whether the police asked to wait is asked by whoever looks at how late customers were told. Their words stand in the record. */
function waitRows({ standing, released }: LawRecord): [string, string][] {
  const requests = [
    ...released.map((request) => ({
      ...request,
      end: `to ${utc(request.releasedAt)} (released by ${printable(request.releasedBy)})`,
    })),
    ...standing.map((request) => ({ ...request, end: 'and stands: nobody further is told' })),
  ].sort((left, right) => left.number - right.number);
  if (requests.length === 0) return [['Police asked to wait', 'not by the record']];
  return requests.map(({ number, by, since, end }) => [
    'Police asked to wait',
    `from ${utc(since)} (written down by ${printable(by)}, entry ${number} of the record) ${end}`,
  ]);
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
