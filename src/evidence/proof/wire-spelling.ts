/**
 * How an address looks on the wire, from what the company stores (C15, C17, C18); what the relay logs is left as it is. White space
 * around it goes; the local part keeps every octet and its case, in quotes where it may not stand without (RFC 5321 4.1.2); the
 * domain is in lower case and ASCII. Nothing else is merged, or one customer's second message would pass for another's first.
 */
export function wireSpelling(address: string): string {
  if (ORDINARY.test(address)) return address;
  const trimmed = address.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 0) return trimmed;
  const local = trimmed.slice(0, at);
  const domain = trimmed.slice(at + 1);
  const plain = local.startsWith('"') || /^[^.]+(?:\.[^.]+)*$/.test(local);
  return `${plain ? local : `"${local}"`}@${asciiDomain(domain)}`;
}

/** Nothing to do for most, and quickly seen. */
const ORDINARY = /^[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[a-z0-9.-]+$/;

/** The URL parser is the IDNA that every Node has; it must not see what means something else in a URL. */
function asciiDomain(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain) || /[\0-,/:-@[-`{-\x7f]/.test(domain)) return domain.toLowerCase();
  return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : domain.toLowerCase();
}
