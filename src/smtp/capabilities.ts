/** What the relay offers now, from the last EHLO alone: nothing said before TLS counts (C01, C03). */
export interface Capabilities {
  pipelining: boolean;
  startTls: boolean;
  smtputf8: boolean;
  eightBitMime: boolean;
  auth: ReadonlySet<string>;
}

export const NO_CAPABILITIES: Capabilities = {
  pipelining: false,
  startTls: false,
  smtputf8: false,
  eightBitMime: false,
  auth: new Set(),
};

/** Reads the lines of the reply to EHLO; the first one is only a greeting (RFC 5321 4.1.1.1). */
export function readCapabilities(lines: readonly string[]): Capabilities {
  const offered = new Set<string>();
  const auth = new Set<string>();
  for (const line of lines.slice(1)) {
    // `AUTH=LOGIN` is an old spelling of `AUTH LOGIN` that relays still show.
    const [keyword = '', ...parameters] = line.toUpperCase().replace('AUTH=', 'AUTH ').trim().split(/\s+/);
    offered.add(keyword);
    if (keyword === 'AUTH') for (const mechanism of parameters) auth.add(mechanism);
  }
  return {
    pipelining: offered.has('PIPELINING'),
    startTls: offered.has('STARTTLS'),
    smtputf8: offered.has('SMTPUTF8'),
    eightBitMime: offered.has('8BITMIME'),
    auth,
  };
}
