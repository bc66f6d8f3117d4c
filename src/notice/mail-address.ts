/** The address cannot stand in a To header as one mailbox. Its text is personal data, so it is not in the message. */
export class AddressNotWritable extends Error {
  constructor() {
    super('The address cannot be written as one mailbox in a To header; it must be skipped, not sent');
    this.name = 'AddressNotWritable';
  }
}

/** Whether a message to this address needs SMTPUTF8 (RFC 6531): it is not all ASCII (C14). */
export function needsSmtputf8(address: string): boolean {
  return /[^\0-\x7f]/.test(address);
}

// One bare addr-spec: a dot-atom or a quoted string, @, a host name or a literal. Wider than what is mailable
// (src/incident/mailable-address.ts decides that): this only proves that the header stays one mailbox, one line (C17).
const ATOM = '[^\\s\\p{C}()<>\\[\\]:;@\\\\,"]';
const WRITABLE = new RegExp(
  `^(?:${ATOM}+|"(?:[^"\\\\\\p{Zl}\\p{Zp}\\p{C}]|\\\\[ -~])*")@(?:${ATOM}+|\\[[^\\s\\p{C}\\[\\]\\\\]*\\])$`,
  'u',
);

/** The value of a To header: the address, exactly as given. Throws AddressNotWritable. */
export function toHeader(address: string): string {
  if (address.length > 320 || !WRITABLE.test(address)) throw new AddressNotWritable();
  return address;
}
