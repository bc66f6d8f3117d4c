/** What a client has sent and nobody has read yet: command lines, or the content of a message up to its dot. */
export interface SmtpInput {
  take(chunk: Buffer): void;
  /** The next command line, with its line end (a bare LF ends one too); null while there is none. */
  line(): Buffer | null;
  /** The content of a message as it was sent, dots still doubled, without the lone dot; null while that is not there. */
  content(): Buffer | null;
  /** What there is of a message that has no end yet; empty where there is none. */
  unfinished(): Buffer;
  /** Octets that wait to be read. */
  waiting(): number;
  clear(): void;
}

const END_OF_DATA = Buffer.from('\r\n.\r\n');
const LONE_DOT = Buffer.from('.\r\n');
const NOTHING = Buffer.alloc(0);

/** Finds ends wherever packets are cut, and looks at no octet of a message more often than twice. */
export function smtpInput(): SmtpInput {
  let pending: Buffer = NOTHING;
  /** Of the message being received: what is certainly before its end. */
  let parts: Buffer[] = [];
  let lineSearched = 0;

  return {
    take: (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    },
    line: () => {
      const end = pending.indexOf(0x0a, lineSearched);
      lineSearched = end < 0 ? pending.length : 0;
      if (end < 0) return null;
      const line = pending.subarray(0, end + 1);
      pending = pending.subarray(end + 1);
      return line;
    },
    content: () => {
      lineSearched = 0;
      if (parts.length === 0 && startsWith(pending, LONE_DOT)) {
        pending = pending.subarray(LONE_DOT.length);
        return NOTHING;
      }
      const end = pending.indexOf(END_OF_DATA);
      if (end < 0) {
        // The end may begin in the last four octets; the rest is never searched again.
        const certain = pending.length - END_OF_DATA.length + 1;
        if (certain > 0) parts.push(pending.subarray(0, certain));
        if (certain > 0) pending = pending.subarray(certain);
        return null;
      }
      const last = pending.subarray(0, end + 2);
      const content = parts.length === 0 ? last : Buffer.concat([...parts, last]);
      parts = [];
      pending = pending.subarray(end + END_OF_DATA.length);
      return content;
    },
    unfinished: () => Buffer.concat([...parts, pending]),
    waiting: () => pending.length,
    clear: () => {
      pending = NOTHING;
      parts = [];
      lineSearched = 0;
    },
  };
}

function startsWith(octets: Buffer, start: Buffer): boolean {
  return octets.length >= start.length && octets.compare(start, 0, start.length, 0, start.length) === 0;
}
