import type { Books } from '../books/books';
import { type IncidentRow, incidentOf } from '../books/incident-row';
import { listSent } from '../books/notices';
import { sqlTimeMs } from '../books/rows';
import { disbelief } from '../evidence/believe-log';
import { mergeSpans, thinSamples } from '../evidence/calibrate';
import {
  type KnownMessages,
  knownMessages,
  lackingSenders,
  NOBODY,
  type SendingLane,
  type TimeSpan,
  tally,
} from '../evidence/known-messages';
import { EvidenceError } from '../evidence/log-file';
import { type KnownSample, type LogSearch, searchLog } from '../evidence/search-log';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { messageMac } from '../notice/message-headers';
import type { IncidentRef, RelayLogChecked } from './contract';
import type { RunContexts } from './run-context';

export interface RelayLogSearch extends LogSearch {
  known: KnownMessages;
  /** The number of a worker's lane in `sessions`; NOBODY: no message of it is known. */
  senderOf(lane: SendingLane): number;
  /** The relay of a known message's sender; null: there is but one, or nobody knows. */
  relayOf(sender: number): string | null;
}

export interface RelayLogQuestion {
  wave: Wave;
  files: string[];
  /** `sender` null: it was sent more than once, or nobody knows by whom. */
  inDoubt: { customerId: CustomerId; sender: SendingLane | null }[];
  /** Messages known from these times are looked for too; null: all that were ever sent. */
  spans: TimeSpan[] | null;
}

/** More would make the WHERE of the statement too long. */
const MOST_SPANS = 200;
/** Looked at closely, by their queue ids. */
const SAMPLES = 1_000;
const ALWAYS: TimeSpan = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** Looks in a relay's log for those in doubt, and for what we know was sent, to see whether it can be believed. */
export async function searchRelayLog(
  books: Books,
  row: IncidentRow,
  { wave, files, inDoubt, spans }: RelayLogQuestion,
): Promise<RelayLogSearch> {
  const known = knownMessages();
  const samples = thinSamples<KnownSample>(SAMPLES);
  const senders = new Map<string, number>();
  const relays = new Map<number, string | null>();
  const keyOf = ({ worker, lane, relay }: SendingLane) => `${worker} ${lane} ${relay ?? ''}`;
  const numberOf = (sender: SendingLane) => {
    const number = senders.get(keyOf(sender)) ?? senders.size + 1;
    senders.set(keyOf(sender), number);
    relays.set(number, sender.relay);
    return number;
  };
  const merged = spans && mergeSpans(spans, MOST_SPANS);
  for await (const batch of listSent(books, wave, merged)) {
    for (const { customerId, accepted, firstAttempt, queueId, sender } of batch) {
      const mac = macOf(row, wave, customerId);
      known.add(mac, accepted, firstAttempt, sender === null ? NOBODY : numberOf(sender));
      if (queueId !== null) samples.add({ mac, queueId });
    }
  }
  const sought = {
    domain: messageIdDomain(row),
    inDoubt: new Map(
      inDoubt.map(({ customerId, sender }) => [
        macOf(row, wave, customerId),
        sender === null ? NOBODY : numberOf(sender),
      ]),
    ),
    known,
    nearMs: sqlTimeMs(row.started_at),
  };
  const search = await searchLog(files, sought, samples.samples);
  const isOneOfSeveral = new Set([...relays.values()].filter((relay) => relay !== null)).size > 1;
  return {
    ...search,
    known,
    senderOf: (lane) => senders.get(keyOf(lane)) ?? NOBODY,
    relayOf: (sender) => (isOneOfSeveral ? (relays.get(sender) ?? null) : null),
  };
}

/** Of this customer's message: the MAC in its Message-ID. */
export function macOf(row: IncidentRow, wave: Wave, customerId: CustomerId): string {
  return messageMac(row.message_key, { incident: row.incident_id, wave, customerId, role: 'primary' });
}

export function messageIdDomain(row: IncidentRow): string {
  const { address } = incidentOf(row).from;
  return address.slice(address.lastIndexOf('@') + 1);
}

/** Whether the log could be believed if somebody were in doubt, by everything in it that we know was sent; null: it could. */
export function disbeliefOf(search: RelayLogSearch): string | null {
  return disbeliefAbout(search, ALWAYS);
}

/** The same of a time. Of several relays it names those whose messages are not in the log: theirs is to be named, too. */
export function disbeliefAbout({ sound, known, relayOf }: RelayLogSearch, span: TimeSpan): string | null {
  const why = disbelief(sound, tally(known, span));
  const lacking = why === null ? [] : lackingSenders(known, span).map(relayOf);
  const names = [...new Set(lacking.filter((name) => name !== null))].sort();
  return names.length === 0 ? why : `${why} (those not in the log went by ${names.join(', ')})`;
}

/** A logger writes a moment after the relay has spoken: a log that lacks somebody is read once more. */
const AGAIN_AFTER_MS = 3_000;

/**
 * Whether the relay's log could settle who is in doubt, tried out on what is known to be sent (the canary). A log that cannot be
 * read is an answer too: the run does not depend on it.
 * @param files the relay's log, with its rotated ones; empty: nobody named it.
 */
export function checkRelayLog(runs: RunContexts, files: string[]) {
  return async ({ incidentId }: IncidentRef): Promise<RelayLogChecked> => {
    if (files.length === 0) return { log: 'unnamed' };
    const { row, books } = await runs(incidentId);
    const look = async (): Promise<RelayLogChecked> => {
      try {
        const search = await searchRelayLog(books, row, {
          wave: 'notice',
          files,
          inDoubt: [],
          spans: null,
        });
        const why = disbeliefOf(search);
        return why === null ? { log: 'believable', known: search.known.size } : { log: 'doubtful', why };
      } catch (error) {
        if (!(error instanceof EvidenceError)) throw error;
        return { log: 'doubtful', why: error.message };
      }
    };
    const first = await look();
    if (first.log !== 'doubtful') return first;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    return look();
  };
}
