import { createReadStream } from 'node:fs';

export interface Acceptance {
  queueId: string;
  messageId: string;
  /** As on the wire, between the angle brackets of RCPT TO. */
  to: string;
  /** When the queue took it, or had its first status: the time as the log writes it. */
  at: string;
}

/**
 * What the relay took responsibility for, from its log in Postfix's format: a queue id with a message-id and a recipient that
 * became active or has a status, within one life of that id (short ids come again). A message-id alone is none: cleanup logs it
 * also when the transfer is then refused or aborted. Several recipients of one message are several acceptances.
 * @throws Error when the file cannot be read.
 */
export async function* readAcceptances(logFile: string): AsyncGenerator<Acceptance> {
  const lives = new Map<string, Life>();
  for await (const lines of logLines(logFile)) {
    // No yield* here: in an async generator it waits several times for each line that yields nothing.
    for (const line of lines) for (const acceptance of readLine(line, lives)) yield acceptance;
  }
  for (const [queueId, life] of lives) yield* acceptancesOf(queueId, life);
}

/** One message's way through the queue. */
interface Life {
  messageId: string;
  /** Null until it is accepted. */
  acceptedAt: string | null;
  to: string[];
}

const LINE = /postfix[^[\s]*\/(\w+)\[\d+\]: (?:([0-9A-Za-z]+): (.*))?/s;

function readLine(line: string, lives: Map<string, Life>): Acceptance[] {
  const parts = LINE.exec(line);
  const [, program = '', queueId, rest = ''] = parts ?? [];
  if (parts === null || queueId === undefined || queueId === 'NOQUEUE') return NOTHING;
  const life = lives.get(queueId);
  // A Message-ID begins a life; where the log has no end of the one before, that is its end.
  const messageId = program === 'cleanup' ? /^message-id=<?([^>]*)/.exec(rest)?.[1] : undefined;
  if (messageId !== undefined || rest === 'removed') {
    lives.delete(queueId);
    if (messageId !== undefined) lives.set(queueId, { messageId, acceptedAt: null, to: [] });
    return life ? acceptancesOf(queueId, life) : NOTHING;
  }
  if (!life) return NOTHING;
  const recipient = recipientIn(rest);
  if (recipient !== null && !life.to.includes(recipient)) life.to.push(recipient);
  if (recipient !== null || (program === 'qmgr' && rest.endsWith('(queue active)')))
    life.acceptedAt ??= line.slice(0, parts.index).replace(/ \S+ $/, '');
  return NOTHING;
}

const NOTHING: Acceptance[] = [];

/** Of a delivery line; where an alias was followed, the address that the client gave. */
function recipientIn(rest: string): string | null {
  if (!rest.startsWith('to=<') || !rest.includes(', status=')) return null;
  const [, to = '', asked] = /^to=<(.*?)>,(?: orig_to=<(.*?)>,)?/.exec(rest) ?? [];
  return asked ?? to;
}

function acceptancesOf(queueId: string, { messageId, acceptedAt, to }: Life): Acceptance[] {
  if (acceptedAt === null) return NOTHING;
  return to.map((recipient) => ({ queueId, messageId, to: recipient, at: acceptedAt }));
}

/**
 * The lines of a text file without their ends, the last one also where it has none. Only LF ends a line: readline would end one at a
 * CR or U+2028 too, which a name in a log may hold; and it is five times slower.
 * @throws Error when the file cannot be read.
 */
export async function* logLines(file: string): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    yield lines;
  }
  if (rest !== '') yield [rest];
}

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
