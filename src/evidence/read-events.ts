import { type CsvReader, csvReader } from './csv-records';
import type { ProviderEvent } from './judge-notice';
import { ownMac } from './known-messages';
import { EvidenceError, eachLine, openLogFile } from './log-file';
import { type EventRecord, eventOfCells, eventOfObject, meaningOf, missingColumns } from './provider-event';

export interface EventsRead {
  files: { name: string; sha256: string; bytes: number; events: number }[];
  /** Words for what happened that we do not know, and how often they came: they prove nothing. */
  unknown: Record<string, number>;
  /** That prove the acceptance of somebody in doubt, by their 40 hex digits. */
  accepted: Map<string, ProviderEvent[]>;
}

const WRITE =
  'write a CSV with the header message_id,event,time or one JSON object a line such as {"message_id":"...","event":"delivered","time":"2026-11-25T02:06:31Z"}';

/**
 * Looks for those in doubt in a mail provider's exports: CSV or JSON lines, in the usual spellings, also gzipped. They prove that a
 * message was taken; they never prove that one was not.
 * @throws Error that names file and line, and what to write.
 */
export async function readEvents(
  names: string[],
  { domain, inDoubt }: { domain: string; inDoubt: ReadonlySet<string> },
): Promise<EventsRead> {
  const read: EventsRead = { files: [], unknown: {}, accepted: new Map() };
  for (const name of names) {
    const file = await openLogFile(name);
    let events = 0;
    const take = ({ messageIds, event, at }: EventRecord) => {
      events++;
      if (event === null) return;
      const meaning = meaningOf(event);
      if (meaning === 'unknown')
        read.unknown[event.slice(0, 40)] = (read.unknown[event.slice(0, 40)] ?? 0) + 1;
      if (meaning !== 'accepted') return;
      for (const mac of new Set(messageIds.map((id) => ownMac(id, domain)))) {
        if (mac === null || !inDoubt.has(mac)) continue;
        read.accepted.set(mac, [...(read.accepted.get(mac) ?? []), { event, at }]);
      }
    };
    const parse = eventParser(name, take);
    const { sha256, cut } = await eachLine(file, parse.line);
    parse.end();
    if (cut) throw new EvidenceError(`${name} ends in the middle: name the whole file`);
    if (events === 0) throw new EvidenceError(`${name} has no events: ${WRITE}`);
    read.files.push({ name, sha256, bytes: file.bytes, events });
  }
  return read;
}

interface EventParser {
  line(line: string): void;
  end(): void;
}

/** By the first line that has anything: a brace or a bracket begins JSON. */
function eventParser(name: string, take: (record: EventRecord) => void): EventParser {
  let parser: EventParser | null = null;
  let number = 0;
  return {
    line: (line) => {
      number++;
      if (parser === null && line.trim() === '') return;
      parser ??= /^\s*[{[]/.test(line) ? jsonParser(name, number, take) : csvParser(name, number, line, take);
      parser.line(line);
    },
    end: () => parser?.end(),
  };
}

function jsonParser(name: string, first: number, take: (record: EventRecord) => void): EventParser {
  let number = first - 1;
  return {
    line: (line) => {
      number++;
      if (line.trim() === '') return;
      for (const one of objectsOf(line, `${name} line ${number}`)) {
        const record = eventOfObject(one);
        if (record.event === null || record.messageIds.length === 0)
          throw new EvidenceError(
            `${name} line ${number} has no ${record.event === null ? 'event' : 'message_id'}: ${WRITE}`,
          );
        take(record);
      }
    },
    end: () => undefined,
  };
}

/** A webhook's post is an array. */
function objectsOf(line: string, where: string): Record<string, unknown>[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new EvidenceError(`${where} is no JSON (one object a line, not one over several lines): ${WRITE}`);
  }
  const all = Array.isArray(value) ? value : [value];
  const wrong = all.some((one) => typeof one !== 'object' || one === null || Array.isArray(one));
  if (wrong) throw new EvidenceError(`${where} is no JSON object: ${WRITE}`);
  return all as Record<string, unknown>[];
}

function csvParser(
  name: string,
  first: number,
  head: string,
  take: (record: EventRecord) => void,
): EventParser {
  const separator = [',', ';', '\t'].reduce((a, b) => (head.split(b).length > head.split(a).length ? b : a));
  const reader: CsvReader = csvReader(separator);
  let header: string[] | null = null;
  const each = (records: ReturnType<CsvReader['push']>) => {
    for (const { cells, line } of records) {
      if (header === null) {
        const missing = missingColumns(cells);
        if (missing !== null)
          throw new EvidenceError(`${name} line ${first} has no column ${missing}: ${WRITE}`);
        header = cells;
      } else if (cells.length !== header.length)
        throw new EvidenceError(
          `${name} line ${line + first - 1} has ${cells.length} cells and the header ${header.length}: put a cell that holds the separator in quotes`,
        );
      else take(eventOfCells(header, cells));
    }
  };
  return {
    line: (line) => each(reader.push(`${line}\n`)),
    end: () => {
      try {
        each(reader.end());
      } catch (error) {
        throw new EvidenceError(`${name}: ${(error as Error).message}`);
      }
    },
  };
}
