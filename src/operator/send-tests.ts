import { createHash, randomUUID } from 'node:crypto';
import {
  type AuditEntry,
  appendAudit,
  type RecordedTest,
  recordNotStarted,
  TEST_SEND,
} from '../books/audit-chain';
import { type KeepHead, transaction } from '../books/books';
import { readDelay } from '../books/delay';
import { lockOpenIncident } from '../books/incident-decisions';
import { bareBooks, type IncidentRow, incidentOf } from '../books/incident-row';
import type { LedgerDatabase } from '../books/open-database';
import { domainOf, isOwnHost } from '../incident/check-links';
import type { Incident } from '../incident/incident-schema';
import type { Delay } from '../incident/law-delay';
import type { Mailable } from '../incident/mailable-address';
import { type CompiledNotice, compileTests } from '../notice/compile-notice';
import { testMessageId } from '../notice/message-headers';
import { MADE_UP_NAME, renderNotice } from '../notice/render-notice';
import { type Outcome, openSender, type SessionTrouble } from '../smtp/open-sender';
import type { PreparedIncident } from './prepare-incident';

export interface TestSend {
  db: LedgerDatabase;
  keepHead?: KeepHead | undefined;
  /** The incident's, whose audit log is written; null: the file was not started. */
  row: IncidentRow | null;
  prepared: PreparedIncident;
  smtpUrl: string;
  /** Which of several it is; null: there is but one. */
  relay: string | null;
  variants: CompiledNotice[];
  to: Mailable[];
  /** In the mails' mark. */
  by: string;
  /** For the audit log. */
  who: string;
}

/** What became of one test mail. */
export interface TestMail {
  variant: string;
  to: string;
  /** Without angle brackets. */
  messageId: string;
  /** `unknown`: its dot went out, and the relay may have it. */
  outcome: Outcome['kind'];
  code: number | null;
  text: string;
  queueId: string | null;
}

export interface TestSent {
  mails: TestMail[];
  /** Why the outcome is not on the record, where the database went away meanwhile. What was to be sent is. */
  unrecorded: string | null;
}

/**
 * Sends tests of the variants, each to each address, through the relay and the sender that a run uses. Nobody's notice: the ledger
 * is not touched. On the record (I6): that they are sent, committed before the first one goes out, so no crash leaves a mail that
 * nobody knows of; and what became of each. @throws IncidentOverError, HeldForLawError: then nothing was sent.
 */
export async function testSend(request: TestSend): Promise<TestSent> {
  const { prepared, smtpUrl, relay, variants, to, by, who } = request;
  const { incident, fileHash, notices } = prepared;
  const { contentHash } = notices;
  const compiled = await compileTests(incident, variants, { incidentId: incident.id, contentHash, by });
  const test = `test-${randomUUID()}`;
  const domain = incident.from.address.split('@')[1]!;
  const batch = to
    .flatMap((recipient) => compiled.map((variant) => ({ recipient, variant })))
    .map(({ recipient: { address, smtputf8 }, variant }, i) => {
      const messageId = testMessageId(test, i + 1, domain);
      const content = renderNotice(variant, { name: MADE_UP_NAME, address, messageId, date: Date.now() });
      return { key: variant.key, from: incident.from.address, address, smtputf8, messageId, content };
    });
  const record = (action: string, detail: Record<string, unknown>) =>
    inAudit(request, { who, action, detail: { ...detail, incidentId: incident.id } });

  await record(TEST_SEND, {
    fileHash,
    contentHash,
    ...({ test, mails: batch.length } satisfies RecordedTest),
    ...(relay === null ? {} : { relay }),
    variants: variants.map(({ key }) => key),
    to: to.map(({ address }) => recipientMark(address)),
  });
  const { messagesPerSession } = incident.relay;
  const sender = openSender<string>({ smtpUrl, sessions: 1, messagesPerSession });
  const { outcomes, trouble } = await sender.send(batch, () => null);
  const mails = batch.map(({ key, address, messageId }, i) => {
    return { variant: key, to: address, messageId, ...outcomeWords(outcomes[i]!, trouble) };
  });
  const results = mails.map(({ text: _, to, ...facts }) => ({ ...facts, to: recipientMark(to) }));
  const unrecorded = await record('test-sent', { test, results }).then(
    () => null,
    (error: Error) => error.message,
  );
  await sender.close();
  return { mails, unrecorded };
}

/**
 * While law enforcement asks to wait, nobody outside the company may learn of it by a test: only the mailboxes that the file names for the
 * canary, and addresses at the From domain or below it. @returns the others.
 */
export function notOwn(to: Mailable[], { from, canary }: Pick<Incident, 'from' | 'canary'>): string[] {
  const own = new Set(canary.mailboxes.map((mailbox) => mailbox.toLowerCase()));
  return to
    .map(({ address }) => address)
    .filter((address) => !own.has(address.toLowerCase()) && !isOwnHost(domainOf(address), from.address));
}

/** A request of law enforcement stands, and some of these addresses are not the company's own: nothing was sent. */
export class HeldForLawError extends Error {
  constructor(
    readonly delay: Delay,
    readonly addresses: string[],
  ) {
    super("Law enforcement asks to wait: only the company's own mailboxes get tests");
    this.name = 'HeldForLawError';
  }
}

/** Before the first mail only while the incident is open; what became of mails that are sent, whatever it is by then. */
async function inAudit({ db, keepHead, row, to }: TestSend, entry: AuditEntry): Promise<void> {
  if (row === null) return recordNotStarted(db, entry, keepHead);
  await transaction(bareBooks({ db, keepHead }, row), async (decided) => {
    if (entry.action === TEST_SEND) {
      await lockOpenIncident(decided);
      const delay = await readDelay(decided);
      const others = delay === null ? [] : notOwn(to, incidentOf(row));
      if (delay !== null && others.length > 0) throw new HeldForLawError(delay, others);
    }
    await appendAudit(decided, entry);
  });
}

/**
 * An address as the audit log has it: the log is kept for years and may name no customer, and somebody may type a customer's. Who
 * knows an address can tell that it was this one: printf %s ADDRESS | sha256sum
 */
export function recipientMark(address: string): { domain: string; sha256: string } {
  return {
    domain: address.slice(address.lastIndexOf('@') + 1),
    sha256: createHash('sha256').update(address).digest('hex').slice(0, 12),
  };
}

function outcomeWords(
  outcome: Outcome,
  trouble: SessionTrouble[],
): Pick<TestMail, 'outcome' | 'code' | 'text' | 'queueId'> {
  const { kind } = outcome;
  switch (outcome.kind) {
    case 'accepted':
      return { outcome: kind, code: outcome.code, text: outcome.text, queueId: outcome.queueId };
    case 'refused':
      return { outcome: kind, code: outcome.code, text: outcome.text, queueId: null };
    case 'skipped':
      return { outcome: kind, code: null, text: outcome.reason, queueId: null };
    case 'set-aside':
      return { outcome: kind, code: null, text: outcome.text, queueId: null };
    default: {
      // The session was lost or refused at an earlier message: its words are the reason for those after it.
      const why = outcome.trouble ?? trouble.at(-1) ?? null;
      return { outcome: kind, code: why?.code ?? null, text: why?.text ?? '', queueId: null };
    }
  }
}
