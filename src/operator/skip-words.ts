import { UNMAILABLE } from '../incident/mailable-address';
import { UNREMINDED } from '../incident/reminder';

/** Why somebody needs no reminder: no fault, and nobody need be told another way. */
export const SPARED_WORDS: Record<string, string> = {
  [UNREMINDED.notExpired]: 'no password was expired',
  [UNREMINDED.chosen]: 'a new password had been chosen',
  [UNREMINDED.notSent]: 'the notice itself was not sent',
  [UNREMINDED.sentLately]: 'the notice was sent only lately',
};

/** Why a customer is not told by e-mail, by the ledger's code, in words that complete "not told: ...". */
const SKIP_WORDS: Record<string, string> = {
  ...UNMAILABLE,
  'customer-deleted': 'the account was deleted before the notice went out',
  'smtputf8-not-offered':
    'the address has letters beyond ASCII before the @, and the relay does not take such addresses (SMTPUTF8)',
  'address-not-sendable': 'the address cannot be given to a mail server',
  'content-has-bare-line-end': 'the notice could not be written down as mail',
  'cannot-be-rendered': 'the notice could not be made for this customer',
};

export function skipWords(reason: string): string {
  return SKIP_WORDS[reason] ?? SPARED_WORDS[reason] ?? reason;
}
