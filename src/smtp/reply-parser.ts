import { cleanReplyText } from './reply-text';

/** One reply of the relay (RFC 5321 4.2). Lines are the octets after code and separator, as latin1. */
export interface Reply {
  code: number;
  lines: string[];
  /** Octets of whatever follows had already come when this reply was read (C01: fatal after STARTTLS's 220). */
  more: boolean;
  /** What is wrong with its last line: it counts by its code, and ends the session. Null: nothing. */
  marred: string | null;
}

export interface ReplyParser {
  /** Calls `onReply` for each reply that is complete. Returns what is wrong, when the session must end. */
  feed(chunk: Buffer): string | null;
  /** Nothing is read any more, not even what has come already. */
  stop(): void;
}

/** 512 octets are the most a reply line may have (RFC 5321 4.5.3.1.5); real relays write more. */
const LONGEST_LINE = 4_096;
const MOST_LINES = 128;

/**
 * Three digits, one code for all lines of a reply, each ended by CRLF. Replies may be cut anywhere into packets (C04). What comes
 * before a bad line stands, and a last line whose code can be read counts by its code (C96); but after a line that is not ended by
 * CRLF, or has no end, we would be guessing which command a reply belongs to: nothing more is read. A NUL is only a bad word.
 */
export function createReplyParser(onReply: (reply: Reply) => void): ReplyParser {
  let pending = '';
  let code = 0;
  let lines: string[] = [];
  let stopped = false;

  /** True: the reply is complete. A string: what is wrong, and no reply can be made of it. */
  function readLine(line: string, flaw: string | null): boolean | string {
    const lineCode = codeOf(line);
    if (lineCode === null) return `a line of ${line.length} octets that is no reply`;
    if (lines.length > 0 && lineCode !== code) return `one reply with two codes, ${code} and ${lineCode}`;
    if (lines.length === MOST_LINES) return `a reply of more than ${MOST_LINES} lines`;
    code = lineCode;
    lines.push(line.slice(4));
    const isLast = line.charCodeAt(3) !== 0x2d;
    return isLast || (flaw ?? false);
  }

  function tell(marred: string | null, more: boolean): void {
    const reply = { code, lines, more, marred };
    lines = [];
    onReply(reply);
  }

  return {
    feed(chunk) {
      if (stopped) return null;
      const text = pending === '' ? chunk.toString('latin1') : pending + chunk.toString('latin1');
      let start = 0;
      while (!stopped) {
        const end = text.indexOf('\n', start);
        if (end < 0) break;
        const isEnded = end > start && text.charCodeAt(end - 1) === 0x0d;
        const line = text.slice(start, isEnded ? end - 1 : end);
        const flaw = flawOf(line, isEnded);
        const complete = readLine(line, flaw);
        if (typeof complete === 'string') return complete;
        start = end + 1;
        if (!complete) continue;
        stopped = flaw !== null;
        tell(flaw, start < text.length);
        if (flaw !== null) return flaw;
      }
      pending = text.slice(start);
      if (stopped || pending.length <= LONGEST_LINE) return null;
      stopped = true;
      const complete = readLine(pending, TOO_LONG);
      if (typeof complete === 'string') return complete;
      tell(TOO_LONG, true);
      return TOO_LONG;
    },
    stop() {
      stopped = true;
    },
  };
}

const TOO_LONG = `a line of more than ${LONGEST_LINE} octets`;

/** What is wrong with a line beside its code; null: nothing. */
function flawOf(line: string, isEnded: boolean): string | null {
  if (line.length >= LONGEST_LINE) return TOO_LONG;
  return isEnded && !line.includes('\r') ? null : 'a line end that is not CRLF';
}

/** RFC 5321 4.2: Reply-code = %x32-35 %x30-35 %x30-39, then SP, hyphen or the end of the line. */
function codeOf(line: string): number | null {
  const [hundreds, tens, units, separator] = [0, 1, 2, 3].map((i) => line.charCodeAt(i)) as [
    number,
    number,
    number,
    number,
  ];
  if (
    !(hundreds >= 0x32 && hundreds <= 0x35 && tens >= 0x30 && tens <= 0x35 && units >= 0x30 && units <= 0x39)
  )
    return null;
  if (line.length > 3 && separator !== 0x20 && separator !== 0x2d) return null;
  return (hundreds - 0x30) * 100 + (tens - 0x30) * 10 + (units - 0x30);
}

/** The reply's words on one line, as UTF-8, cleaned and cut. */
export function replyText(reply: Reply): string {
  const words = reply.lines.length === 1 ? reply.lines[0]! : reply.lines.join(' ');
  return cleanReplyText(PLAIN_ASCII.test(words) ? words : Buffer.from(words, 'latin1'));
}
const PLAIN_ASCII = /^[\x00-\x7f]*$/;

/** The enhanced status code (RFC 2034); null where there is none, or one of another class than the reply's code. */
export function enhancedCode(reply: Reply): string | null {
  const enhanced = /^([245])\.\d{1,3}\.\d{1,3}(?=\s|$)/.exec(reply.lines[0]!);
  return enhanced !== null && Number(enhanced[1]) === Math.floor(reply.code / 100) ? enhanced[0] : null;
}
