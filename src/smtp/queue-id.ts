/**
 * The relay's own name for a message, from its 250 to the dot; null where the words hold none that we know.
 * It is evidence for support staff and for `settle`, never a condition.
 */
export function queueIdIn(text: string): string | null {
  for (const pattern of PATTERNS) {
    const found = pattern.exec(text);
    if (found !== null) return found[1]!.slice(0, 64);
  }
  return null;
}

const PATTERNS = [
  /queued as <?([A-Za-z0-9._-]+)/i, // Postfix, KumoMTA, SendGrid, our capture relay
  /\bid=<?([A-Za-z0-9._-]+)/i, // Exim
  /\bqueued\W+\(?<?([A-Za-z0-9-]{6,})/i, // Haraka: Message Queued (UUID)
  /\[InternalId=(\d+)/i, // Exchange
  /^(?:2\.\d\.\d )?([A-Za-z0-9-]{6,}) message accepted for delivery/i, // Sendmail, OpenSMTPD
  /\bqp (\d+)/i, // qmail
  /^(?:2\.\d\.\d )?ok:?\s+<?([A-Za-z0-9][A-Za-z0-9._-]{7,})/i, // Amazon SES, Gmail
];
