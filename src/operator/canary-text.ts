import type { Incident } from '../incident/incident-schema';
import { canaryNotices } from '../notice/canary-notices';
import type { NoticeSet } from '../notice/compile-notice';
import { counted, printable } from './words';

/** Which of the company's own mailboxes get how many notices, so that whoever reads them knows when all are there. */
export interface CanaryMail {
  mailboxes: readonly string[];
  /** To each mailbox, by language. */
  notices: Record<string, number>;
}

export function canaryMail(
  { canary, defaultLanguage }: Pick<Incident, 'canary' | 'defaultLanguage'>,
  notices: Pick<NoticeSet, 'variants'>,
): CanaryMail {
  const byLanguage: Record<string, number> = {};
  for (const { language } of canaryNotices(notices, defaultLanguage))
    byLanguage[language] = (byLanguage[language] ?? 0) + 1;
  return { mailboxes: canary.mailboxes, notices: byLanguage };
}

/** None where there are no mailboxes. */
export function canaryLines({ mailboxes, notices }: CanaryMail): string[] {
  if (mailboxes.length === 0) return [];
  const each = Object.values(notices).reduce((sum, number) => sum + number, 0);
  const languages = Object.entries(notices).map(([language, number]) => `${number} in ${language}`);
  return [
    `Canary mailboxes: each gets ${counted(each, 'notice')} (${languages.join(', ')}), ${counted(each * mailboxes.length, 'message')} in all`,
    ...mailboxes.map((mailbox) => `  ${printable(mailbox)}  ${counted(each, 'notice')}`),
    '',
  ];
}
