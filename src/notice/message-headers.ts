import { createHmac } from 'node:crypto';
import type { CustomerId, Wave } from '../incident/vocabulary';

/** Whom a message is for, and of which wave: what makes it this message and no other. */
export interface MessageKey {
  incident: string;
  wave: Wave;
  customerId: CustomerId;
  /** Which of the customer's addresses, such as `primary`. */
  role: string;
}

/**
 * The Message-ID of a test mail, without angle brackets. No notice's can be like it: those are 40 hex digits, perhaps after an `r`.
 * @param test of its sending: `test-` and a random UUID.
 */
export function testMessageId(test: string, number: number, domain: string): string {
  return `${test}.${number}@${domain.toLowerCase()}`;
}

/**
 * The Message-ID of a notice, without angle brackets: its MAC at the From domain; a reminder's begins with `r`, so that the relay's log
 * tells the waves apart. Always the same for the same key, so it can be looked for there; and it tells nobody the customer's id.
 */
export function messageId(key: Buffer, message: MessageKey, domain: string): string {
  return `${message.wave === 'reminder' ? 'r' : ''}${messageMac(key, message)}@${domain.toLowerCase()}`;
}

/** HMAC-SHA256 cut to 160 bits, hex. */
export function messageMac(key: Buffer, message: MessageKey): string {
  // JSON keeps the four apart: no customer id can be written that reads as another role or wave.
  const text = JSON.stringify([message.incident, message.wave, message.customerId, message.role]);
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 40);
}

let second = Number.NaN;
let written = '';

/** An instant as RFC 5322 writes it, in UTC. A second's text is kept: thousands of messages share it. */
export function mailDate(instant: Date | number): string {
  const now = Math.floor(Number(instant) / 1000);
  if (now !== second) {
    const text = new Date(now * 1000).toUTCString();
    if (text === 'Invalid Date') throw new RangeError('A message needs a valid date');
    written = text.replace('GMT', '+0000');
    second = now;
  }
  return written;
}

/**
 * The lines of a Subject (RFC 5322 unstructured), folded, without the name: ASCII as it is, everything else in encoded
 * words (RFC 2047) of at most 75 octets that each hold whole characters and are parted by a folded space (C19).
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
