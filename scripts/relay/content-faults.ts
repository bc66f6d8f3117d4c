import type { RelayCounts } from './counts';

const MOST_LINE_OCTETS = 998;
const [LF, CR, DOT] = [0x0a, 0x0d, 0x2e];

/** Counts what a message must not hold on the wire (RFC 5321 2.3.8 and 4.5.3.1.6; C11 to C13), as it came, dots doubled. */
export function countFaults(content: Buffer, eightBitAnnounced: boolean, counts: RelayCounts): void {
  let lineStart = 0;
  let eightBit = false;
  for (let at = 0; at < content.length; at++) {
    const octet = content[at]!;
    if (octet > 0x7f) eightBit = true;
    if (octet === CR && content[at + 1] !== LF) counts.bareCr++;
    if (octet !== LF) continue;
    const crlf = content[at - 1] === CR;
    if (!crlf) counts.bareLf++;
    const doubled = content[lineStart] === DOT ? 1 : 0;
    if (at - (crlf ? 1 : 0) - lineStart - doubled > MOST_LINE_OCTETS) counts.longLines++;
    lineStart = at + 1;
  }
  if (eightBit && !eightBitAnnounced) counts.eightBit++;
}
