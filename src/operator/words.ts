import type { Gate } from '../books/gate';
import type { KnownReceiver } from '../books/receivers';
import type { KnownRelay } from '../books/relays';
import { cleanLine } from '../incident/asked-by';
import { type Delay, delayWords } from '../incident/law-delay';
import { unmailableWords } from '../incident/mailable-address';
import { UNREMINDED } from '../incident/reminder';

/** 24000000 as '24,000,000'. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** 'customer' or 'customers', with the number. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${number(value)} ${value === 1 ? singular : plural}`;
}

/** ISO 8601 as '2026-11-25 02:06:31 UTC'. */
export function utc(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** '02:06:31 UTC' */
export function clock(iso: string): string {
  return `${iso.slice(11, 19)} UTC`;
}

/** '2 h 13 min', '45 s'. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 48) return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

/** Other people's words on one line, without what a terminal would obey. */
export function printable(text: string, length = 320): string {
  return cleanLine(text, length);
}

/** JSON whose strings a terminal shows and never obeys: C1 controls and bidi overrides are escaped too. */
export function json(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Lines below a heading, two spaces in, the first column as wide as its longest. */
export function table(rows: [string, string][], indent = '  '): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${indent}${name.padEnd(width)}  ${value}`.trimEnd());
}

/** As a shell takes it for one word. */
export function shellWord(text: string): string {
  return /^[\w./+@-]+$/.test(text) ? text : `'${printable(text, 500).replaceAll("'", "'\\''")}'`;
}

/** The gate as its row has it, read back after a decision. */
export function gateWords(gate: Gate): string {
  const since = `since ${utc(gate.since)}, by ${printable(gate.by)}`;
  if (gate.gate === 'open') return `open ${since}`;
  return `closed ${since}${gate.reason ? ` (${printable(gate.reason)})` : ''}; ${quietWords(gate)}`;
}

/** Law enforcement's delay as it stands; '' for none. */
export function delayLine(delay: Delay | null): string {
  return delay === null ? '' : `${printable(delayWords(delay), LONGEST_DELAY)} (since ${utc(delay.since)})`;
}

/** Each request that stands is named. */
const LONGEST_DELAY = 20_000;

/** Since when, by whom and why a receiver is as it is. */
export function receiverStateWords({ state, since, putBy, reason, nextTryAt }: KnownReceiver): string {
  if (state === 'open') return `open, since ${utc(since)}, by ${printable(putBy)}`;
  const why = reason === '' ? '' : ` (${printable(reason)})`;
  const next = nextTryAt === null ? '' : `; a few are tried again from ${utc(nextTryAt)} on`;
  return `${state}, since ${utc(since)}, by ${printable(putBy)}${why}${next}`;
}

/** Whether a relay takes part, and else since when, by whom and why not. */
export function relayStateWords({ state, since, putBy, reason }: KnownRelay): string {
  const when = `since ${utc(since)}, by ${printable(putBy)}`;
  return state === 'in'
    ? `takes part, ${when}`
    : `LEFT OUT, ${when}${reason === '' ? '' : `: ${printable(reason, 500)}`}`;
}

/** When mail is certainly quiet after a closing. */
export function quietWords({ liveClaims, quietBy }: Gate): string {
  if (liveClaims === 0 || quietBy === null) return 'no claim is alive, no mail is on its way';
  return `${counted(liveClaims, 'claim')} alive, quiet by ${clock(quietBy)}`;
}

/** Why somebody needs no reminder: no fault, and nobody need be told another way. */
export const SPARED_WORDS: Record<string, string> = {
  [UNREMINDED.notExpired]: 'no password was expired',
  [UNREMINDED.chosen]: 'a new password had been chosen',
  [UNREMINDED.notSent]: 'the notice itself was not sent',
  [UNREMINDED.sentLately]: 'the notice was sent only recently',
};

/** Why a customer is not told by e-mail, by the ledger's code, in words that complete "not told: ...". */
const SKIP_WORDS: Record<string, string> = {
  'customer-deleted': 'the account was deleted before the notice went out',
  'smtputf8-not-offered':
    'the address has letters beyond ASCII before the @, and the relay does not take such addresses (SMTPUTF8)',
  'address-not-sendable': 'the address cannot be given to a mail server',
  'content-has-bare-line-end': 'the notice could not be written as mail',
  'cannot-be-rendered': 'the notice could not be made for this customer',
};

export function skipWords(reason: string): string {
  return unmailableWords(reason) ?? SKIP_WORDS[reason] ?? SPARED_WORDS[reason] ?? reason;
}
