import { createHash } from 'node:crypto';
import type { Incident } from '../incident/incident-schema';
import { displayName, headerText } from './message-headers';
import { encodeAroundSlots } from './quoted-printable';

/** A whole message with holes: fixed[0], value of slots[0], fixed[1], ... All pure 7-bit (C13). */
export interface Skeleton {
  fixed: Buffer[];
  /** A copy that no message is made of: what the guard holds each message against. */
  approved: Buffer[];
  slots: Slot[];
  /** Octets of all fixed parts. */
  bytes: number;
}

export interface MessageParts {
  subject: string;
  language: string;
  text: string;
  html: string;
  /** One more header. Undefined leaves the boundary, and so the content's hash, as it is without. */
  header?: string | undefined;
}

/** One MIME message (RFC 5322, 2045, 2046) from its two alternatives, each with slot marks. */
export function skeleton(incident: Incident, parts: MessageParts): Skeleton {
  const boundary = boundaryFor(parts);
  const message = [
    segment(headers(incident, parts, boundary)),
    encodedSegment(parts.text),
    segment(`\r\n--${boundary}\r\n${partHeaders('text/html')}`),
    encodedSegment(parts.html),
    segment(`\r\n--${boundary}--\r\n`),
  ];
  const fixed: string[] = [];
  let open = '';
  for (const part of message) {
    const [first, ...rest] = part.fixed;
    open += first;
    for (const next of rest) {
      fixed.push(open);
      open = next;
    }
  }
  fixed.push(open);
  const slots = message.flatMap((part) => part.slots);
  const buffers = fixed.map((text) => Buffer.from(text, 'ascii'));
  return {
    fixed: buffers,
    approved: buffers.map((part) => Buffer.from(part)),
    slots,
    bytes: buffers.reduce((sum, buffer) => sum + buffer.length, 0),
  };
}

/** Hex SHA-256 over everything that is the same for all customers, and where the slots stand. */
export function contentHash(skeletons: Skeleton[]): string {
  const hash = createHash('sha256');
  for (const { fixed, slots } of skeletons) {
    for (const [i, part] of fixed.entries()) hash.update(part).update(`\0${slots[i] ?? 'end'}\0`);
  }
  return hash.digest('hex');
}

function headers(incident: Incident, parts: MessageParts, boundary: string): string {
  const name = displayName(incident.from.name, 'From: '.length);
  const nameEnds = name.length - (name.lastIndexOf('\n') + 1) + (name.includes('\n') ? 0 : 'From: '.length);
  const fold = nameEnds + incident.from.address.length + 3 > 76 ? '\r\n ' : ' ';
  return [
    `Date: ${slotMark('date')}`,
    `From: ${name}${fold}<${incident.from.address}>`,
    `Reply-To: ${incident.replyTo}`,
    `To: ${slotMark('to')}`,
    `Message-ID: <${slotMark('messageId')}>`,
    `Subject: ${headerText(parts.subject, 'Subject: '.length)}`,
    'MIME-Version: 1.0',
    // RFC 3834: no holiday replies. A legal notice is no marketing, so there is no List-Unsubscribe.
    'Auto-Submitted: auto-generated',
    ...(parts.header === undefined ? [] : [parts.header]),
    `Content-Language: ${parts.language}`,
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"`,
    '',
    `--${boundary}\r\n${partHeaders('text/plain')}`,
  ].join('\r\n');
}

function partHeaders(type: string): string {
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`;
}

// "=_" cannot occur in quoted-printable (RFC 2045 section 6.7), so no content can hold the boundary.
function boundaryFor(parts: MessageParts): string {
  return `=_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}

function segment(text: string): { fixed: string[]; slots: Slot[] } {
  return splitAtSlots(text);
}

function encodedSegment(text: string): { fixed: string[]; slots: Slot[] } {
  const { fixed, slots } = splitAtSlots(text);
  return { fixed: encodeAroundSlots(fixed), slots };
}

/** What each customer fills in. The plain-text and the HTML part, and the headers, each have slots of their own. */
const SLOTS = ['date', 'messageId', 'to', 'nameText', 'nameHtml', 'emailText', 'emailHtml'] as const;
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
function splitAtSlots(text: string): { fixed: string[]; slots: Slot[] } {
  const parts = text.split(/\uFDD0(\w+)\uFDD1/);
  const fixed = parts.filter((_, i) => i % 2 === 0);
  const slots = parts.filter((_, i) => i % 2 === 1) as Slot[];
  if (fixed.some((part) => /[\uFDD0-\uFDEF]/.test(part)) || slots.some((slot) => !SLOTS.includes(slot))) {
    throw new Error('A slot mark was damaged on its way through the template; see templates/notice.mjml');
  }
  return { fixed, slots };
}
