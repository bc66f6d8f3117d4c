import { cutText } from '../incident/cut-text';
import { eachCsvRecord } from './csv-records';
import type { ProviderEvent } from './doubt-verdict';
import { ownMac } from './known-messages';
import {
  EvidenceError,
  eachLine,
  type FileFacts,
  type LogFile,
  linesInPieces,
  openLogFile,
} from './log-file';
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
        read.unknown[cutText(event, 40)] = (read.unknown[cutText(event, 40)] ?? 0) + 1;
      if (meaning !== 'accepted') return;
      for (const mac of new Set(messageIds.map((id) => ownMac(id, domain)))) {
        if (mac === null || !inDoubt.has(mac)) continue;
        read.accepted.set(mac, [...(read.accepted.get(mac) ?? []), { event, at }]);
      }
    };
    const { sha256, cut } = await eachEvent(file, take);
    if (cut) throw new EvidenceError(`${name} ends in the middle: name the whole file`);
    if (events === 0) throw new EvidenceError(`${name} has no events: ${WRITE}`);
    read.files.push({ name, sha256, bytes: file.bytes, events });
  }
  return read;
}

/** Calls `take` with every event. The first line that has anything tells: a brace or a bracket begins JSON. */
async function eachEvent(file: LogFile, take: (record: EventRecord) => void): Promise<FileFacts> {
  const head = await firstLine(file);
  return /^[{[]/.test(head) ? eachJsonEvent(file, take) : eachCsvEvent(file, head, take);
}

async function firstLine(file: LogFile): Promise<string> {
  for await (const lines of linesInPieces(file)) {
    const line = lines.find((text) => text.trim() !== '');
    if (line !== undefined) return line.trimStart();
  }
  return '';
}

function eachJsonEvent(file: LogFile, take: (record: EventRecord) => void): Promise<FileFacts> {
  let number = 0;
  return eachLine(file, (line) => {
    number++;
    if (line.trim() === '') return;
    const where = `${file.name} line ${number}`;
    for (const object of objectsOf(line, where)) {
      const record = eventOfObject(object);
      if (record.event === null || record.messageIds.length === 0)
        throw new EvidenceError(
          `${where} has no ${record.event === null ? 'event' : 'message_id'}: ${WRITE}`,
        );
      take(record);
    }
  });
}

/** A webhook's post is an array. */
function objectsOf(line: string, where: string): Record<string, unknown>[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new EvidenceError(`${where} is not JSON (one object a line, not one over several lines): ${WRITE}`);
  }
  const all = Array.isArray(value) ? value : [value];
  const wrong = all.some((item) => typeof item !== 'object' || item === null || Array.isArray(item));
  if (wrong) throw new EvidenceError(`${where} is not a JSON object: ${WRITE}`);
  return all as Record<string, unknown>[];
}

function eachCsvEvent(file: LogFile, head: string, take: (record: EventRecord) => void): Promise<FileFacts> {
  const separator = [',', ';', '\t'].reduce((left, right) =>
    head.split(right).length > head.split(left).length ? right : left,
  );
  let header: string[] | null = null;
  return eachCsvRecord(file, separator, ({ line, cells }) => {
    const where = `${file.name} line ${line}`;
    if (header === null) {
      const missing = missingColumns(cells);
      if (missing !== null) throw new EvidenceError(`${where} has no column ${missing}: ${WRITE}`);
      header = cells;
    } else if (cells.length !== header.length)
      throw new EvidenceError(
        `${where} has ${cells.length} cells and the header ${header.length}: put a cell that holds the separator in quotes`,
      );
    else take(eventOfCells(header, cells));
  });
}
