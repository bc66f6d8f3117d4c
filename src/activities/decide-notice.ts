import type { Decision } from '../db/claim-context';
import type { Candidate } from '../db/find-candidates';
import { type CompiledNotice, type NoticeSet, variantKey } from '../email/compile-notice';
import { chooseLanguage } from '../incident/choose-variant';
import type { Incident } from '../incident/incident-schema';
import { mailableAddress } from '../incident/mailable-address';

/** The variant for a candidate: language as found in the company's column, and what became of the password. */
export function variantFor(notices: NoticeSet, file: Incident, candidate: Candidate): CompiledNotice {
  const language = chooseLanguage(candidate.language, Object.keys(file.texts), file.defaultLanguage);
  return notices.variants.get(variantKey(language, candidate.disposition))!;
}

/** Whom a candidate's notice goes to, or why nobody can be told: every reason is counted and listed. */
export function decideNotice(notices: NoticeSet, file: Incident, candidate: Candidate): Decision {
  if (!candidate.present) return { skip: 'customer-deleted' };
  const mailable = mailableAddress(candidate.email);
  if ('skip' in mailable) return mailable;
  const { hash } = variantFor(notices, file, candidate);
  return { address: mailable.address, contentHash: Buffer.from(hash, 'hex').subarray(0, 8) };
}
