import { BUCKETS, buckets } from './buckets';
import type { LogLine } from './read-line';
import type { SessionEvent } from './smtpd-sessions';

/** What logs tell of conversations, put aside by process until all of it is read. */
export interface SessionEvents {
  add(clock: string, pid: string, event: SessionEvent): void;
  /** What smtpd says of a session as a whole. */
  tell(clock: string, line: LogLine): void;
  beginFile(): void;
  /** They can be had once. */
  processes(): Generator<Process>;
  close(): void;
}

/** One of a clock's log. */
export interface Process {
  clock: string;
  pid: string;
  events: SessionEvent[];
}

/** Beside what is known of messages, which takes more. */
const MEMORY_BYTES = 4 << 20;

export function sessionEvents(): SessionEvents {
  const put = buckets(MEMORY_BYTES);
  /** Equal lines of one second of one file: smtpd may well have had two sessions with one client in it. */
  const equals = new Map<string, number>();
  let second = Number.NaN;
  const add: SessionEvents['add'] = (clock, pid, event) => put.add(`${pid} ${clock}`, encode(event));
  return {
    add,
    tell: (clock, { at: { ms }, pid, fact }) => {
      if (fact.kind !== 'connect' && fact.kind !== 'broken-off' && fact.kind !== 'disconnect') return;
      if (ms !== second) equals.clear();
      second = ms;
      const key = `${clock} ${pid} ${JSON.stringify(fact)}`;
      const nth = equals.get(key) ?? 0;
      equals.set(key, nth + 1);
      add(clock, pid, { ...fact, ms, nth });
    },
    beginFile: () => equals.clear(),
    *processes() {
      for (let bucket = 0; bucket < BUCKETS; bucket++)
        for (const [key, told] of put.take(bucket)) {
          const split = key.indexOf(' ');
          yield { clock: key.slice(split + 1), pid: key.slice(0, split), events: told.map(decode) };
        }
    },
    close: () => put.close(),
  };
}

/** There may be one for each of 24 million messages. */
function encode(event: SessionEvent): string {
  const told = `${event.ms.toString(36)}\t${event.nth ?? ''}`;
  if (event.kind === 'transfer')
    return `${told}\t${event.accepted ? 'a' : event.refused ? 'r' : 'p'}${event.own ? 'o' : ''}\t${event.queueId}\t${event.client ?? ''}`;
  if (event.kind === 'disconnect')
    return `${told}\td${event.accepted ?? ''}\t${event.client}\t${event.uncertain}`;
  return `${told}\t${event.kind === 'connect' ? 'c' : 'b'}\t${event.client}`;
}

function decode(line: string): SessionEvent {
  const [ms36 = '', nth = '', kind = '', subject = '', client = ''] = line.split('\t');
  const told = { ms: Number.parseInt(ms36, 36), ...(nth === '' ? {} : { nth: Number(nth) }) };
  if (kind === 'c') return { ...told, kind: 'connect', client: subject };
  if (kind === 'b') return { ...told, kind: 'broken-off', client: subject };
  if (kind.startsWith('d')) {
    const count = { accepted: kind === 'd' ? null : Number(kind.slice(1)), uncertain: Number(client) };
    return { ...told, kind: 'disconnect', client: subject, ...count };
  }
  return {
    ...{ ...told, kind: 'transfer', queueId: subject, client: client === '' ? null : client },
    accepted: kind[0] === 'a',
    refused: kind[0] === 'r',
    own: kind[1] === 'o',
  };
}
