const MOST_HEADER_OCTETS = 102_400;

/** What stands in the Message-ID field, as Postfix's cleanup logs it: `<id>` unfolded; '' where there is none, also when only the body has one. */
export function messageIdOf(content: Buffer): string {
  const value = FIELD.exec(headerOf(content))?.[1];
  if (value === undefined) return '';
  const unfolded = value.replace(/\r?\n/g, '').trim();
  return /^<[^<>]*>$/.test(unfolded) ? unfolded.slice(1, -1) : unfolded.replace(/[<>]/g, '?');
}

const FIELD = /(?:^|\n)message-id[ \t]*:((?:[^\n]|\n[ \t])*)/i;

/** The header, its last line end included (RFC 5322 2.1: up to the first empty line). */
function headerOf(content: Buffer): string {
  if (content[0] === 0x0d && content[1] === 0x0a) return '';
  const end = content.indexOf('\r\n\r\n');
  return content.toString('utf8', 0, Math.min(end < 0 ? content.length : end, MOST_HEADER_OCTETS));
}
