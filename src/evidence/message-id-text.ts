/** A Message-ID as a log or a provider writes it, without angle brackets and blanks around it. */
export function bareMessageId(text: string): string {
  return text
    .trim()
    .replace(/^<(.*)>$/s, '$1')
    .trim();
}

/** Of our own (src/notice/message-id.ts) the MAC that says whose it is: 40 hex digits; null: it is not one of ours. */
export function ownMac(text: string, domain: string): string | null {
  const id = bareMessageId(text).toLowerCase();
  if (!id.endsWith(`@${domain.toLowerCase()}`)) return null;
  return /^r?([0-9a-f]{40})$/.exec(id.slice(0, -1 - domain.length))?.[1] ?? null;
}
