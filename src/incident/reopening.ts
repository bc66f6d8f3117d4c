import { cutText } from './cut-text';

/** What a relay said, as a person names it: the reply code, the enhanced code (RFC 3463), or both; neither: nothing that could be read. */
export interface RelayCode {
  code: number | null;
  enhanced: string | null;
}

/** Reads `550`, `5.7.1`, `550 5.7.1` or `none`; a refusal's code, for good (5) or given up after deferrals (4). */
export function parseRelayCode(typed: string): RelayCode | { problem: string } {
  if (typed.trim() === 'none') return { code: null, enhanced: null };
  const [, code, enhanced] = /^\s*([45]\d\d)?[\s-]*([45]\.\d{1,3}\.\d{1,3})?\s*$/.exec(typed) ?? [];
  if (code === undefined && enhanced === undefined)
    return {
      problem: `found ${shownTyped(typed)}, write the relay's code, such as 550, 5.7.1 or "550 5.7.1", or none`,
    };
  if (code !== undefined && enhanced !== undefined && code[0] !== enhanced[0])
    return {
      problem: `found ${shownTyped(typed)}: ${code} and ${enhanced} never go together; write one of them`,
    };
  return { code: code === undefined ? null : Number(code), enhanced: enhanced ?? null };
}

/** From when on: an instant, or so long ago by the database's clock. */
export type Since = { at: string } | { agoSeconds: number };

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Reads `2h`, `30m`, `3d` (ago), or ISO 8601 with its zone. */
export function parseSince(typed: string): Since | { problem: string } {
  const [, amount, unit] = /^\s*(\d{1,6})\s*([smhd])(?:\s+ago)?\s*$/.exec(typed) ?? [];
  if (amount !== undefined)
    return { agoSeconds: Number(amount) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS] };
  const time = typed.trim();
  const instant = INSTANT.test(time) ? Date.parse(time.replace(' ', 'T')) : Number.NaN;
  if (!Number.isNaN(instant)) return { at: new Date(instant).toISOString() };
  return {
    problem: `found ${shownTyped(typed)}, write a time with its zone, such as 2026-11-25T02:00:00Z, or how long ago, such as 2h or 30m`,
  };
}

/** RFC 3339; a time without a zone would be anybody's guess. */
const INSTANT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function shownTyped(typed: string): string {
  const trimmed = typed.trim();
  return trimmed === '' ? 'nothing' : `"${cutText(trimmed, 40)}"`;
}
