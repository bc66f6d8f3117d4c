/** Longest line that RFC 2045 section 6.7 allows is 76 with its soft break; so 75 of content. */
const CONTENT = 75;

/**
 * Quoted-printable with holes: for fixed texts around n slots, the n + 1 encoded texts around them. Each slot stands at
 * the start of a line and is followed by a soft break, so a value from `encodeSlot` can be put in without a second
 * pass. No line begins with a dot (nothing to stuff for SMTP) or with "From ".
 * Line feeds in the text become CRLF.
 */
export function encodeAroundSlots(texts: string[]): string[] {
  return texts.map((text, i) => {
    const last = i === texts.length - 1;
    const { encoded, column } = encode(text, last);
    return (i === 0 ? '' : '=\r\n') + encoded + (last || column === 0 ? '' : '=\r\n');
  });
}

/** A customer's value as it goes into a slot. `.`, `=`, CR, LF and all but printable ASCII are always encoded. */
export function encodeSlot(value: string): string {
  if (value.length <= 40 && PLAIN.test(value)) return value.replaceAll('=', '=3D').replaceAll('.', '=2E');
  let out = '';
  let column = 0;
  for (const char of value) {
    let token = /[ !-<>-~]/.test(char) && char !== '.' ? char : escaped(char);
    if (column + token.length > CONTENT) {
      out += '=\r\n';
      column = 0;
    }
    if (column === 0 && char === 'F') token = '=46';
    out += token;
    column += token.length;
  }
  return out;
}

// Short enough that even all dots fit; an F in front could begin "From ", which old mailboxes change.
const PLAIN = /^(?!F)[ -~]*$/;

function encode(text: string, last: boolean): { encoded: string; column: number } {
  let out = '';
  let column = 0;
  const chars = [...text];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    if (char === '\n') {
      out += '\r\n';
      column = 0;
      continue;
    }
    const next = chars[i + 1];
    const endsLine = next === '\n' || (next === undefined && last);
    let token = /[!-<>-~]/.test(char) || (char === ' ' && !endsLine) ? char : escaped(char);
    if (column + token.length > CONTENT) {
      out += '=\r\n';
      column = 0;
    }
    if (column === 0 && (char === '.' || char === 'F')) token = escaped(char);
    out += token;
    column += token.length;
  }
  return { encoded: out, column };
}

const OCTETS = Array.from(
  { length: 256 },
  (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

function escaped(char: string): string {
  if (char.length === 1 && char < '\x80') return OCTETS[char.charCodeAt(0)]!;
  let out = '';
  for (const byte of Buffer.from(char, 'utf8')) out += OCTETS[byte];
  return out;
}
