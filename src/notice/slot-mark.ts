/** What each customer fills in. The plain-text and the HTML part, and the headers, each have slots of their own. */
export const SLOTS = ['date', 'messageId', 'to', 'nameText', 'nameHtml', 'emailText', 'emailHtml'] as const;
export type Slot = (typeof SLOTS)[number];

// Noncharacters that Unicode keeps for a program's inner use: no text of an incident file may hold them
// (unprintable.ts), so a mark cannot be forged (C22). Customers' values are filled in after the marks are gone.
const OPEN = '\uFDD0';
const CLOSE = '\uFDD1';
const GREETING = '\uFDD2';

/** Where a slot stands, while the notice is still text. */
export function slotMark(slot: Slot): string {
  return OPEN + slot + CLOSE;
}

/** Where the greeting stands in the HTML: it is filled twice, with the name and without. */
export const greetingMark = GREETING;

/** Text and slots in turn: parts at odd places are slots. Throws when a mark is damaged. */
export function splitAtSlots(text: string): { fixed: string[]; slots: Slot[] } {
  const parts = text.split(/\uFDD0(\w+)\uFDD1/);
  const fixed = parts.filter((_, i) => i % 2 === 0);
  const slots = parts.filter((_, i) => i % 2 === 1) as Slot[];
  if (fixed.some((part) => /[\uFDD0-\uFDEF]/.test(part)) || slots.some((slot) => !SLOTS.includes(slot))) {
    throw new Error('A slot mark was damaged on its way through the template; see templates/notice.mjml');
  }
  return { fixed, slots };
}
