import type { Candidate } from '../books/candidates';
import type { Decision } from '../books/claim';
import { mailableAddress, skipReason } from '../incident/mailable-address';
import type { Wave } from '../incident/vocabulary';
import type { NoticeSet } from '../notice/compile-notice';

/** Whom a candidate's notice goes to, or why nobody can be told: every reason is counted and listed. */
export function decideNotice(notices: NoticeSet, wave: Wave, candidate: Candidate): Decision {
  if (!candidate.present) return { skip: 'customer-deleted' };
  if (candidate.unreminded !== null) return { skip: candidate.unreminded };
  const mailable = mailableAddress(candidate.email);
  if ('skip' in mailable) return { skip: skipReason(mailable) };
  const { hash } = notices.variantOf(candidate, wave);
  return { address: mailable.address, contentHash: Buffer.from(hash, 'hex').subarray(0, 8) };
}
