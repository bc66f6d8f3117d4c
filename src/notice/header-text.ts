/**
 * The lines of a Subject (RFC 5322 unstructured), folded, without the name: ASCII as it is, everything else in encoded
 * words (RFC 2047) of at most 75 octets that each hold whole characters and are parted by a folded blank (C19).
 * `column` is how far the header's name has already gone.
 */
export function headerText(text: string, column: number): string {
  const words = text.split(' ');
  const plain =
    /^[!-~]+(?: [!-~]+)*$/.test(text) && !text.includes('=?') && words.every((word) => word.length <= 70);
  return plain ? foldWords(words, column) : encodedWords(text, column);
}

/** A display name in front of an address (RFC 5322 phrase): a quoted string where needed, so that a comma parts nothing (C20). */
export function displayName(name: string, column: number): string {
  const ascii = /^[ -~]{1,60}$/.test(name) && !name.includes('=?') && !name.includes('  ');
  if (!ascii) return encodedWords(name, column);
  return /^[\w!#$%&'*+\-/=?^`{|}~ ]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

function foldWords(words: string[], column: number): string {
  let out = '';
  let at = column;
  for (const [i, word] of words.entries()) {
    if (i > 0 && at + 1 + word.length > 76) {
      out += `\r\n ${word}`;
      at = 1 + word.length;
    } else {
      out += (i > 0 ? ' ' : '') + word;
      at += (i > 0 ? 1 : 0) + word.length;
    }
  }
  return out;
}

const OVERHEAD = '=?UTF-8?B??='.length;

// Base64, whole code points: 75 octets a word leave 45 bytes of UTF-8. The first word also respects the header's name.
function encodedWords(text: string, column: number): string {
  const words: string[] = [];
  let bytes = Buffer.alloc(0);
  let room = bytesFor(76 - column);
  for (const char of text) {
    const more = Buffer.from(char, 'utf8');
    if (bytes.length + more.length > room && bytes.length > 0) {
      words.push(encodedWord(bytes));
      bytes = Buffer.alloc(0);
      room = bytesFor(75);
    }
    bytes = Buffer.concat([bytes, more]);
  }
  words.push(encodedWord(bytes));
  return words.join('\r\n ');
}

function bytesFor(octets: number): number {
  return Math.floor((Math.min(octets, 75) - OVERHEAD) / 4) * 3;
}

function encodedWord(bytes: Buffer): string {
  return `=?UTF-8?B?${bytes.toString('base64')}?=`;
}
