import type { KnownTally, TimeSpan } from './known-messages';

/** One relay's clock in the logs, in the database's time where known messages of it calibrate it. */
export interface LogClock {
  host: string;
  first: number;
  last: number;
  /** The part of its known messages that agrees on how far the clock is off; null: none of ours is among its lines. */
  agreeing: number | null;
  /** Messages of ours went through a filter before its queue. */
  filtered: boolean;
}

/** What the whole of the logs showed, beside the single messages. */
export interface LogSoundness {
  clocks: LogClock[];
  /** When a logger said that it dropped lines; null: at a time that cannot be read. */
  lost: (number | null)[];
  /** Files that end in the middle. */
  cut: string[];
  /** Of the known messages looked at closely by their queue ids: so many, those with another Message-ID, those never queued. */
  sampled: number;
  rewritten: number;
  neverQueued: number;
}

/** Fewer than this agree: the clock was set, or changed its hour, on the way. */
export const AGREEING = 0.98;

/** Loggers tell of a loss when it is over: with the next line that they let through, ten minutes and more after the first lost one (C88). */
const LOSS_REACHES_MS = 3_600_000;

/** Why the logs cannot be believed about anybody's absence at that time, for an operator; null: they can (I2). */
export function disbelief(
  sound: LogSoundness,
  { known, missing, gap, foundInGap }: KnownTally,
): string | null {
  if (known === 0)
    return 'we know of no message that the relay took at that time, so nothing shows whether the log is whole';
  if (sound.rewritten > sound.sampled / 2)
    return `the relay changes Message-IDs: of ${sound.sampled} messages looked up by queue id, ${sound.rewritten} carry another than ours, so ours find nobody in the log`;
  if (missing === known)
    return `none of ${messages(known)} that the relay took then is in the log: it is another relay's, or of another time`;
  if (gap !== null) {
    const lacking = `${missing} of ${messages(known)}, taken between ${utcText(gap.from)} and ${utcText(gap.to)}, are not in the log`;
    return foundInGap > 0
      ? `lines or a whole relay are missing: ${lacking}, while ${foundInGap} of that time are; name the logs of every relay, and the rotated ones too`
      : `the log has a hole: ${lacking}; name the rotated files of that time too`;
  }
  if (sound.neverQueued > 0)
    return `the log lacks what qmgr and the deliveries write: ${sound.neverQueued} of ${messages(sound.sampled)} looked at closely have no such line`;
  return null;
}

/** Why the logs do not cover a time without holes, for an operator; null: they do. Only relays that took messages of ours count. */
export function uncovered(sound: LogSoundness, span: TimeSpan): string | null {
  if (sound.cut.length > 0) return `${sound.cut.join(', ')} ends in the middle: name the whole file`;
  if (sound.lost.includes(null)) return 'a logger says that it dropped lines, at a time that cannot be read';
  const dropped = sound.lost.find((at) => span.from <= at! && at! - LOSS_REACHES_MS <= span.to);
  if (dropped !== undefined) return `the logger says at ${utcText(dropped!)} that it dropped lines`;
  if (sound.clocks.every(({ agreeing }) => agreeing === null))
    return "no known message shows how far the log's clock is off";
  for (const { host, first, last, agreeing, filtered } of sound.clocks) {
    if (agreeing === null) continue;
    if (filtered)
      return `${host} gives messages to a filter before its queue (smtpd_proxy_filter), which hands them in by sessions of its own: its log does not tell which session was ours`;
    if (agreeing < AGREEING) return `the clock of ${host} jumps: its times do not fit together`;
    if (first > span.from)
      return `the log of ${host} begins at ${utcText(first)}, after the claim of ${utcText(span.from)}; name the rotated file before it too`;
    if (last < span.to)
      return `the log of ${host} ends at ${utcText(last)}, and a message might have been taken until ${utcText(span.to)}; read it again once it has a later line (--touch-relay makes the relay write one)`;
  }
  return null;
}

/** '2026-11-25 02:06:31 UTC' */
export function utcText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function messages(count: number): string {
  return `${count} known ${count === 1 ? 'message' : 'messages'}`;
}
