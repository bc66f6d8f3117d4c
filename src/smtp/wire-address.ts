/**
 * The last line of defence: no address makes a command of its own or a second recipient (C12, C16, C17). It says what
 * can stand between the angle brackets, not what is a good address.
 */
export function isWireAddress(address: string, smtputf8: boolean): boolean {
  if (address.length > 254) return false;
  return (smtputf8 ? WIRE_ADDRESS_UTF8 : WIRE_ADDRESS).test(address);
}

const QUOTED = String.raw`"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"`;
const WIRE_ADDRESS = new RegExp(
  String.raw`^(?:[\x21\x23-\x3b\x3d\x3f\x41-\x7e]+|${QUOTED})@[\x21-\x3b\x3d\x3f\x41-\x7e]+$`,
);
const QUOTED_UTF8 = String.raw`"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u00a0-\uffff]|\\[\x20-\x7e])*"`;
const ATOM_UTF8 = String.raw`[\x21\x23-\x3b\x3d\x3f\x41-\x7e\u00a0-\uffff]+`;
const WIRE_ADDRESS_UTF8 = new RegExp(
  String.raw`^(?:${ATOM_UTF8}|${QUOTED_UTF8})@[\x21-\x3b\x3d\x3f\x41-\x7e\u00a0-\uffff]+$`,
);
