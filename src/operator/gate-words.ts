import type { Gate } from '../books/gate';
import { clock, counted, printable, utc } from './words';

/** The gate as its row has it, read back after a decision. */
export function gateWords(gate: Gate): string {
  const since = `since ${utc(gate.since)}, by ${printable(gate.by)}`;
  if (gate.gate === 'open') return `open ${since}`;
  return `closed ${since}${gate.reason ? ` (${printable(gate.reason)})` : ''}; ${quietWords(gate)}`;
}

/** When mail is certainly quiet after a closing. */
export function quietWords({ liveClaims, quietBy }: Gate): string {
  if (liveClaims === 0 || quietBy === null) return 'no claim is alive, no mail is on its way';
  return `${counted(liveClaims, 'claim')} alive, quiet by ${clock(quietBy)}`;
}
