import { bareMessageId } from './known-messages';

/** One event of a mail provider. */
export interface EventRecord {
  /** All that may be the message's ID: a provider has its own beside ours. */
  messageIds: string[];
  event: string | null;
  /** Milliseconds since 1970; null: none, or not one that we can read. */
  at: number | null;
}

/** The usual spellings, without case and separators. */
const FIELDS = {
  messageIds: [
    'messageid',
    'smtpid',
    'smtpmessageid',
    'headermessageid',
    'rfcmessageid',
    'internetmessageid',
    'msgid',
  ],
  event: ['event', 'eventtype', 'eventname', 'type', 'status', 'recordtype', 'notificationtype'],
  at: [
    'time',
    'timestamp',
    'eventtime',
    'eventtimestamp',
    'datetime',
    'date',
    'createdat',
    'deliveredat',
    'ts',
    'loggedat',
  ],
} as const;

type Field = keyof typeof FIELDS;

/** Which field of ours a column or a JSON key is; null: none of them. */
export function fieldOf(name: string): Field | null {
  const bare = bareName(name);
  const fields = Object.keys(FIELDS) as Field[];
  return fields.find((field) => (FIELDS[field] as readonly string[]).includes(bare)) ?? null;
}

/** What a header lacks, for an error; null: it has all that is needed. */
export function missingColumns(header: readonly string[]): string | null {
  const fields = header.map(fieldOf);
  const missing = [
    ...(fields.includes('messageIds') ? [] : ['message_id']),
    ...(fields.includes('event') ? [] : ['event']),
  ];
  return missing.length === 0 ? null : missing.join(' and ');
}

/** From the cells of a CSV record, by its header. */
export function eventOfCells(header: readonly string[], cells: readonly string[]): EventRecord {
  return eventOf(header.map((name, i) => [name, cells[i] ?? '']));
}

/** From a JSON object, with what is within it: providers nest the message and its headers. */
export function eventOfObject(object: Record<string, unknown>): EventRecord {
  return eventOf(leaves(object, 0));
}

const DEEPEST = 5;

/** The nearer to the top the earlier. */
function leaves(value: unknown, depth: number): [string, unknown][] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  const entries = Object.entries(value);
  const { name, value: named } = value as { name?: unknown; value?: unknown };
  const header: [string, unknown][] = typeof name === 'string' ? [[name, named]] : [];
  return [...header, ...entries, ...entries.flatMap(([, entry]) => leaves(entry, depth + 1))];
}

function eventOf(pairs: [string, unknown][]): EventRecord {
  const all = (field: Field) =>
    pairs
      .filter(
        ([name, value]) =>
          fieldOf(name) === field && (typeof value === 'string' || typeof value === 'number'),
      )
      .map(([, value]) => String(value).trim())
      .filter((value) => value !== '');
  // `event` says what happened; `type` and `status` may be of something else.
  const best = FIELDS.event
    .map((name) =>
      pairs.find(([key, value]) => bareName(key) === name && typeof value === 'string' && value !== ''),
    )
    .find((pair) => pair !== undefined);
  return {
    messageIds: all('messageIds').map(bareMessageId),
    event: best === undefined ? null : String(best[1]).trim(),
    at: timeOf(all('at')[0]),
  };
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** ISO 8601, or seconds or milliseconds since 1970. */
function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{9,11}(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const zone = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$/.test(text) ? '' : 'Z';
  const ms = Date.parse(
    /^\d{4}-\d\d-\d\d[T ]\d/.test(text)
      ? `${text.replace(' ', 'T').replace(/ ?(?:UTC|GMT)$/, 'Z')}${zone}`
      : text,
  );
  return Number.isNaN(ms) ? null : ms;
}

/**
 * What an event proves. `accepted`: the provider took the message, whatever became of it. `nothing`: delay warnings, holiday
 * replies, refusals (C47). `unknown`: words that we do not know; they are listed, and prove nothing.
 */
export function meaningOf(event: string): 'accepted' | 'nothing' | 'unknown' {
  const word = event.toLowerCase().replace(/[^a-z]/g, '');
  if (ACCEPTED.has(word)) return 'accepted';
  return NOTHING.has(word) ? 'nothing' : 'unknown';
}

const ACCEPTED = new Set(
  'accept accepted process processed queued sent send delivered delivery bounce bounced hardbounce softbounce hardbounced softbounced dropped complaint complained spamreport spamcomplaint spam open opened click clicked unsubscribe unsubscribed injection'.split(
    ' ',
  ),
);
const NOTHING = new Set(
  'delay delayed deliverydelay deliverydelayed deferred deferral relayed expanded reject rejected renderingfailure failed failure error outofoffice autoreply autoreplied request requested'.split(
    ' ',
  ),
);
