import type { TestMail, TestSent } from './test-send';
import { counted, printable } from './words';

/** What was sent, and under which circumstances. */
export interface TestSendFacts extends TestSent {
  file: string;
  incidentId: string;
  contentHash: string;
  /** The From address, which is the envelope's sender as well. */
  from: string;
  by: string;
  started: boolean;
  gate: { gate: string; reason: string; by: string } | null;
  /** Why customers get another notice than the one that was tested; null: they get this one. */
  otherThanStarted: string | null;
}

export function testSendText(facts: TestSendFacts): string {
  const { mails, incidentId, contentHash, gate, otherThanStarted, unrecorded } = facts;
  const accepted = mails.filter(({ outcome }) => outcome === 'accepted').length;
  return [
    ...mails.flatMap(mailLines),
    '',
    `${accepted} of ${counted(mails.length, 'test mail')} accepted by the relay; content ${contentHash.slice(0, 12)} of ${incidentId}. Nobody is booked as told.`,
    unrecorded === null
      ? `On the record: sent by ${printable(facts.by)}, in the audit log ${facts.started ? `of ${incidentId}` : 'of files before their start'} (addresses as hashes).`
      : `NOT ON THE RECORD: what became of them (${printable(unrecorded)}). That they were sent is.`,
    ...(gate?.gate === 'closed'
      ? [
          `The gate is closed (${printable(gate.reason)}, by ${printable(gate.by)}): that stops notices, and a test is none.`,
        ]
      : []),
    ...(otherThanStarted === null
      ? []
      : [`CUSTOMERS GET ANOTHER NOTICE: ${printable(otherThanStarted, 500)}.`]),
    ...(accepted === 0 ? [] : whatToLookAt(facts.from)),
  ].join('\n');
}

function mailLines({ variant, to, outcome, code, text, queueId, messageId }: TestMail): string[] {
  const reply = [code, printable(text)].filter((part) => part !== null && part !== '').join(' ');
  return [
    `${HEADLINE[outcome]}  ${variant} to ${printable(to)}`,
    `    ${reply || 'no reply'}`,
    `    Message-ID <${messageId}>${queueId === null ? '' : `, queue id ${printable(queueId)}`}`,
  ];
}

const HEADLINE: Record<TestMail['outcome'], string> = {
  accepted: 'ACCEPTED',
  refused: 'REFUSED ',
  skipped: 'SKIPPED ',
  released: 'NOT SENT',
  unknown: 'IN DOUBT',
};

function whatToLookAt(from: string): string[] {
  const domain = from.slice(from.indexOf('@') + 1);
  return [
    '',
    'Accepted is not arrived. Look at the source of the message that came (at Gmail "Show original"), for a line of the receiver:',
    `  Authentication-Results: ... spf=pass smtp.mailfrom=${domain} ... dkim=pass header.d=${domain} ... dmarc=pass header.from=${domain}`,
    'All three must be there with pass; header.d may also be a domain above it. README, "Your relay", says what to look at beside, and who mends what.',
  ];
}
