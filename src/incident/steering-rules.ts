import { cleanLine } from './asked-by';
import { cutText } from './cut-text';
import { LEAST_PER_SECOND, MOST_PER_SECOND } from './pacer';

/** Why this rate is refused; null: it may be set. A reset gives a run the old one's words once more, before it has read anything. */
export function refuseRate(perSecond: unknown, { hasRead }: { hasRead: boolean }): string | null {
  if (typeof perSecond === 'number' && Number.isInteger(perSecond)) {
    if (perSecond >= LEAST_PER_SECOND && perSecond <= MOST_PER_SECOND) return hasRead ? null : NOT_YET;
    const stop = perSecond <= 0 ? ' To stop the mail, pause instead.' : '';
    return `perSecond is ${perSecond}: write a whole number from ${LEAST_PER_SECOND} to ${MOST_PER_SECOND}.${stop}`;
  }
  const shown = cutText(JSON.stringify(perSecond) ?? 'nothing', 40);
  return `perSecond must be a whole number from ${LEAST_PER_SECOND} to ${MOST_PER_SECOND}, such as {"perSecond": 200}; found ${shown}.`;
}

/** What an approval must match. */
export interface ToApprove {
  /** Null until the run has read its incident. */
  contentHash: string | null;
  /** Of the incident's file. */
  version: number;
}

/** The one refusal that passes by itself, at the very start of a run. */
export const NOT_YET = 'The run has not read its incident yet: try again in a moment.';

/** Why this approval is refused; null: it stands. It may come before its phase; a second one with the same hash changes nothing. */
export function refuseApproval(payload: unknown, run: ToApprove): string | null {
  const { by, contentHash, version = 1 } = (payload ?? {}) as Record<string, unknown>;
  if (!cleanLine(by, 100)) return 'by is missing: write who approves, such as {"by": "Jane Doe, counsel"}.';
  if (run.contentHash === null) return NOT_YET;
  if (typeof contentHash !== 'string' || contentHash === '')
    return `contentHash is missing: write the hash of the texts that were read, now ${run.contentHash}.`;
  if (contentHash !== run.contentHash)
    return `contentHash is ${cutText(contentHash, 64)}, but this run would send ${run.contentHash}: read the texts again (npm run cli -- approve).`;
  if (version !== run.version)
    return `version ${run.version} of the incident's file is in effect, and this approves version ${cutText(String(version), 20)}: read what would be sent (npm run cli -- approve), and write "version": ${run.version}.`;
  return null;
}

/** Why this amendment is not taken in; null: it is, and the database decides about it. */
export function refuseAmendment(
  payload: unknown,
  { hasRead, underWay }: { hasRead: boolean; underWay: boolean },
): string | null {
  const { by, reason, proposal, base } = (payload ?? {}) as Record<string, unknown>;
  const isNumber = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
  if (!cleanLine(by, 100) || !cleanLine(reason, 300) || !isNumber(proposal) || !isNumber(base))
    return 'An amendment names who, why, and a file that is in the ledger: npm run cli -- amend FILE --go --by "YOUR NAME" --reason "WHY".';
  if (!hasRead) return NOT_YET;
  return underWay
    ? 'Another amendment is under way: look at what differs once it is in effect (status).'
    : null;
}
