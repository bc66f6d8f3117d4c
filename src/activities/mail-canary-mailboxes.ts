import { readGate } from '../books/gate';
import { recordOnce } from '../books/incident-decisions';
import { sessionRecord } from '../books/relay-sessions';
import { brakeOn } from '../incident/law-delay';
import type { CompiledNotice, NoticeSet } from '../notice/compile-notice';
import { messageId } from '../notice/message-headers';
import { MADE_UP_NAME, renderNotice } from '../notice/render-notice';
import { lostRecord } from './audit-heads';
import type { IncidentRef, MailboxesMailed } from './contract';
import type { LaneSenders } from './lane-senders';
import type { RunContexts } from './run-context';
import { watchGate } from './watches';

/**
 * Mails the notices to the company's own mailboxes, before any customer: all in the default language, and in each other the one that
 * most will get. They are nobody's notices: not in the ledger, but in the audit, so that a run which starts again does not mail them again.
 */
export function mailCanaryMailboxes(runs: RunContexts, senders: LaneSenders, worker: string) {
  return async ({ incidentId, auditHead }: IncidentRef): Promise<MailboxesMailed> => {
    const run = await runs(incidentId);
    const lost = await lostRecord(run.books, { auditHead });
    if (lost !== null) return { sent: 0, refused: [], lost };
    const closed = brakeOn(await readGate(run.books), 'canary') !== null;
    if (closed) return { sent: 0, refused: [], gateClosed: true };
    const { mailboxes } = run.file.canary;
    const notices = await run.notices();
    const fresh = await recordOnce(run.books, {
      who: 'the workflow',
      action: 'canary-mailboxes',
      detail: { mailboxes: mailboxes.length },
    });
    if (!fresh || mailboxes.length === 0) return { sent: 0, refused: [] };
    const domain = run.file.from.address.split('@')[1]!;
    const variants = shownToMailboxes(notices, run.file.defaultLanguage);
    const batch = mailboxes.flatMap((address, i) =>
      variants.map((variant) => ({
        key: `${variant.key} to mailbox ${i + 1}`,
        from: run.file.from.address,
        address,
        smtputf8: false,
        content: () =>
          renderNotice(variant, {
            name: MADE_UP_NAME,
            address,
            messageId: messageId(
              run.row.message_key,
              {
                incident: incidentId,
                wave: 'notice',
                customerId: `mailbox ${address} ${variant.key}`,
                role: 'canary',
              },
              domain,
            ),
            date: Date.now(),
          }),
      })),
    );
    // Customers of the canary go by the same sessions.
    const lane = 'canary';
    const sender = senders.of(run.file, lane, 4, sessionRecord({ ...run.books, worker, lane }));
    const gate = watchGate(run.books);
    const objectionTo = () => {
      const reason = gate.objection();
      return reason === null ? null : { check: 'gate', reason };
    };
    const { outcomes } = await sender.send(batch, objectionTo).finally(() => gate.stop());
    const refused = outcomes.flatMap((outcome, i) =>
      outcome.kind === 'accepted'
        ? []
        : [`${batch[i]!.key}: ${outcome.kind}${'code' in outcome ? ` ${outcome.code}` : ''}`],
    );
    return { sent: batch.length - refused.length, refused };
  };
}

function shownToMailboxes(notices: NoticeSet, defaultLanguage: string): CompiledNotice[] {
  return [...notices.variants.values()].filter(
    ({ wave, language, jurisdiction, disposition }) =>
      wave === 'notice' &&
      (language === defaultLanguage || (jurisdiction === 'default' && disposition === 'expired')),
  );
}
