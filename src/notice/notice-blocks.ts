import type { NoticeVariant } from '../incident/choose-variant';
import type { Incident } from '../incident/incident-schema';
import { type Block, noticeSections } from './notice-sections';

/** A variant's blocks in their order. */
export function noticeBlocks(incident: Incident, variant: NoticeVariant): Block[] {
  const { wave, language, jurisdiction, disposition } = variant;
  const parts = noticeSections(incident, language, jurisdiction);
  if (wave === 'reminder') {
    const { title, text } = parts.reminder();
    return [
      ...parts.company(),
      ...title,
      ...parts.greeting(),
      ...text,
      ...parts.whatYouCanDo(),
      ...parts.advice('expired'),
      ...parts.moreInformation(),
      ...parts.signature(),
    ];
  }
  return [
    ...parts.company(),
    ...parts.title(),
    ...parts.greeting(),
    ...parts.opening(),
    ...parts.whatHappened(),
    ...parts.whatInformation(),
    ...parts.consequences(),
    ...parts.whatWeAreDoing(),
    ...parts.whatYouCanDo(),
    ...parts.advice(disposition),
    ...parts.rights(),
    ...parts.contact(),
    ...parts.moreInformation(),
    ...parts.signature(),
  ];
}

/** What a mail program shows in its list: the subject, and the words beside it. */
export function listWords(incident: Incident, { wave, language, jurisdiction }: NoticeVariant) {
  const texts = incident.texts[language]!;
  const { subject, preheader } = wave === 'reminder' ? texts.reminder! : texts;
  const { massachusetts } = texts;
  return jurisdiction === 'massachusetts' && massachusetts
    ? { subject, preheader: massachusetts.preheader }
    : { subject, preheader };
}
