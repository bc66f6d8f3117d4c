import type { CompiledNotice, NoticeSet } from './compile-notice';

/** What each of the company's own mailboxes gets before any customer: all in the default language, in each other what most will get. */
export function canaryNotices(
  notices: Pick<NoticeSet, 'variants'>,
  defaultLanguage: string,
): CompiledNotice[] {
  return [...notices.variants.values()].filter(
    ({ wave, language, jurisdiction, disposition }) =>
      wave === 'notice' &&
      (language === defaultLanguage || (jurisdiction === 'default' && disposition === 'expired')),
  );
}
