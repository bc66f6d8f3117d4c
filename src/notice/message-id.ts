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
 * The Message-ID of a test mail, without angle brackets. No notice's can be like it: those are 40 hex digits, perhaps behind an `r`.
 * @param test of its sending: `test-` and a random UUID.
 */
export function testMessageId(test: string, number: number, domain: string): string {
  return `${test}.${number}@${domain.toLowerCase()}`;
}

/** What the Message-IDs of one sending of tests begin with; null for a message that is no test. */
export function testOf(messageId: string): string | null {
  return /^(test-[0-9a-f-]+)\.\d+@/.exec(messageId)?.[1] ?? null;
}

/**
 * The Message-ID of a notice, without angle brackets: its MAC at the From domain; a reminder's begins with `r`, so that the relay's log
 * tells the waves apart. Always the same for the same key, so it can be looked for there; and it tells nobody the customer's id.
 */
export function messageId(key: Buffer, of: MessageKey, domain: string): string {
  return `${of.wave === 'reminder' ? 'r' : ''}${messageMac(key, of)}@${domain.toLowerCase()}`;
}

/** HMAC-SHA256 cut to 160 bits, hex. */
export function messageMac(key: Buffer, of: MessageKey): string {
  // JSON keeps the four apart: no customer id can be written that reads as another role or wave.
  const text = JSON.stringify([of.incident, of.wave, of.customerId, of.role]);
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 40);
}
