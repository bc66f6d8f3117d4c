import type { AuditTable } from '../../books/ledger-tables';
import { isoTime } from '../../books/rows';
import type { Check } from '../audit-checks';
import { auditWords } from '../audit-words';
import { json, printable, utc } from '../words';

/** The incident's audit as it is handed on. */
export interface AuditRecord {
  incidentId: string;
  /** Our number of the incident, which is hashed into each entry. */
  incident: number;
  /** The first break in words; null: the chain is whole. */
  broken: string | null;
  /** Of the last entry. */
  head: { entry: number; hash: string } | null;
  /** How many entries have their words left out. */
  withheld: number;
  entries: RecordedEntry[];
}

export interface RecordedEntry {
  entry: number;
  /** As it is hashed: UTC, such as `2026-11-25 02:06:31.123456`. */
  at: string;
  who: string;
  action: string;
  /** JSON as text, as it is hashed; null: withheld. */
  detail: string | null;
  prevHash: string;
  hash: string;
}

/** @param named whether what may name a customer is handed on as well. */
export function auditRecord(
  entries: AuditTable[],
  {
    incidentId,
    incident,
    broken,
    named,
  }: Omit<AuditRecord, 'head' | 'withheld' | 'entries'> & { named: boolean },
): AuditRecord {
  const recorded = entries.map((row): RecordedEntry => {
    const { seq: entry, at, who, action, prev_hash: before, hash } = row;
    const detail = named || !mayNameCustomer(row) ? row.detail : null;
    return { entry, at, who, action, detail, prevHash: before.toString('hex'), hash: hash.toString('hex') };
  });
  const last = recorded.at(-1);
  return {
    incidentId,
    incident,
    broken,
    head: last === undefined ? null : { entry: last.entry, hash: last.hash },
    withheld: recorded.filter(({ detail }) => detail === null).length,
    entries: recorded,
  };
}

/**
 * Whether the words of an entry may name a customer. People type reasons, and a hold or the breaker may quote the relay: an address,
 * `customer 4711`, a long number, a Message-ID, the words of a reply. Test mails go to the company's own, and name nobody.
 */
export function mayNameCustomer({ action, detail }: Pick<AuditTable, 'action' | 'detail'>): boolean {
  if (action.startsWith('test-')) return false;
  try {
    return wordsIn(JSON.parse(detail)).some((words) => NAMING.test(words));
  } catch {
    // Somebody has changed it by hand.
    return true;
  }
}

/** The same checks; of what quotes the reasons that people typed only which part of the row it is about. */
export function withoutReasons(checks: Check[]): Check[] {
  return checks.map((check) => ({
    ...check,
    found: check.found.map((line) =>
      NAMING.test(line)
        ? `${line.split(':', 1)[0]}: what it says may name a customer, and is left out`
        : line,
    ),
  }));
}

/** Not a reply's code, but a count of ours. */
const COUNTED =
  'sent|skipped|failed|deferred|released|in doubt|left|known|customers?|notices?|messages?|were';

const NAMING = new RegExp(
  [
    '@',
    String.raw`\bcustomers?\s+\S*\d`,
    String.raw`(?<![0-9a-f])(?:\d{5,}|[0-9a-f]{40})(?![0-9a-f])`,
    String.raw`\b[45]\d\d[ -](?!(?:${COUNTED})\b)(?:[45]\.\d{1,3}\.\d{1,3} )?[\p{L}…]`,
    'queued as',
  ].join('|'),
  'iu',
);

/** Names of files and hashes are the program's own; `login` and `by` are people of the company, as `who` is, which is always shown. */
const OWN_WORDS = new Set(['files', 'fileHash', 'contentHash', 'phase', 'kind', 'login', 'by']);

function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (OWN_WORDS.has(name) ? [] : wordsIn(inner)));
}

export function auditJson(record: AuditRecord): string {
  return `${json(record)}\n`;
}

/** For people: an entry after the other, and at the end whether the chain is whole. */
export function auditText({ entries, broken, head }: AuditRecord): string {
  const width = String(entries.at(-1)?.entry ?? 0).length;
  return [
    ...entries.map(
      ({ entry, at, who, action, detail }) =>
        `${String(entry).padStart(width)}  ${utc(isoTime(at))}  ${printable(who, 200)} ${
          detail === null
            ? `(${printable(action)}: what this entry says may name a customer, and is left out)`
            : printable(auditWords({ action, detail }), 2_000)
        }`,
    ),
    '',
    broken === null
      ? `THE CHAIN IS WHOLE. It ends with entry ${head?.entry ?? 0}, hash ${head?.hash ?? 'none'}`
      : `THE CHAIN IS BROKEN: ${broken}.`,
    '',
  ].join('\n');
}
