import type { Remark } from '../evidence/judge-messages';
import type { RelayWaveProof } from './compare-with-logs';
import { counted, printable } from './words';

/** What the log shows of customers beyond that the books are right: what is a fault, and what only needs saying. */
export function weighRemarks(
  { remarks, tooRecent }: RelayWaveProof,
  { what, named }: { what: string; named: boolean },
  problems: string[],
  notes: string[],
): void {
  for (const [remark, { words, fault }] of Object.entries(REMARKS) as [Remark, (typeof REMARKS)[Remark]][]) {
    const { customers, first } = remarks[remark];
    if (customers === 0) continue;
    const who = first.slice(0, NAMED).map(({ customerId, decision }) => {
      const entry = remark === 'twice-by-decision' ? ` (the last is audit entry ${decision})` : '';
      return `${printable(customerId, 64)}${entry}`;
    });
    const more = customers > who.length ? ', ...' : '';
    const names = named ? `: ${who.join(', ')}${more}` : '';
    (fault ? problems : notes).push(`${counted(customers, 'customer')}: the ${what} ${words}${names}`);
  }
  if (tooRecent > 0)
    notes.push(
      `${counted(tooRecent, `${what}`)} of the last minute ${tooRecent === 1 ? 'is' : 'are'} not in the log yet.`,
    );
}

/** More are in the JSON, with what the log shows of each. */
const NAMED = 10;

const REMARKS: Record<Remark, { words: string; fault: boolean }> = {
  'sent-not-accepted': {
    words:
      "is booked as sent, and no log that was named shows that a relay took it (I1): name every relay's log, the rotated ones too, or they were not told",
    fault: true,
  },
  'accepted-not-sent': {
    words: 'was taken by the relay, and the books say that it was not sent (I2)',
    fault: true,
  },
  twice: { words: 'was taken twice or more, which nobody decided (I2)', fault: true },
  'twice-by-decision': {
    words: 'was taken more than once, no more often than recorded decisions allowed',
    fault: false,
  },
  'taken-in-doubt': {
    words:
      'was taken by the relay, and the books have it in doubt, or left so: settle --postfix-log books who is in doubt as sent',
    fault: false,
  },
  'came-back': {
    words:
      'was taken once, and came in again for somebody else, from whoever it was delivered to: a forwarding, and none of ours',
    fault: false,
  },
  bounced: { words: 'was taken and then bounced, so it was not delivered', fault: false },
  'thrown-away': {
    words: 'was taken and then thrown away by a rule of the relay, so it was not delivered',
    fault: false,
  },
  elsewhere: {
    words:
      'was taken and went to another address than the one it was sent to, by a rule or an alias of the relay',
    fault: false,
  },
  held: { words: 'was taken and is on hold at the relay', fault: false },
  waiting: {
    words: 'was taken, and no log that was named shows that it left the relay: ask whoever runs it',
    fault: false,
  },
};
