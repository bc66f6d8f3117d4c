import { sql } from 'kysely';
import { macOf, messageIdDomain } from '../activities/search-relay-log';
import type { Books } from '../books/books';
import { listVersions } from '../books/file-versions';
import { type IncidentRow, incidentOf } from '../books/incident-row';
import { listCohortNotices } from '../books/list-booked';
import { listSessionTimes } from '../books/relay-sessions';
import { sqlTimeMs } from '../books/rows';
import { AGREEING } from '../evidence/believe-log';
import { type Buckets, buckets } from '../evidence/buckets';
import { thinSamples } from '../evidence/calibrate';
import {
  coverOf,
  type RecordedOpening,
  type SessionCover,
  type SessionGap,
} from '../evidence/cover-sessions';
import {
  bookMessage,
  judgeMessages,
  type Remark,
  type RemarkedCustomer,
  type SendAgain,
  type WaveJudgement,
} from '../evidence/judge-messages';
import { ownMac } from '../evidence/known-messages';
import { type LogFile, openLogFile } from '../evidence/log-file';
import type { Listed } from '../evidence/number-rows';
import { ownSessions } from '../evidence/own-sessions';
import { type FileRead, readLogs } from '../evidence/read-logs';
import type { Wave } from '../incident/vocabulary';

/** What the relays' logs say of one wave. Customers are told apart by the Message-IDs that are theirs, never by an address. */
export interface RelayWaveProof {
  customersAcceptedOnce: number;
  customersAcceptedTwiceOrMore: number;
  /** Of those whom the run has come to. */
  customersNeverAccepted: number;
  /** They wait for it, or for another attempt. With the four others they are the cohort. */
  customersNotReachedYet: number;
  /** Booked so lately, while the run goes on, that their lines may not be in the logs yet. */
  tooRecent: number;
  /** Who needs a look: how many, and the first thousand. */
  remarks: Record<Remark, { customers: number; first: RemarkedCustomer[] }>;
}

export interface RelayProof extends RelayWaveProof {
  files: FileRead[];
  unreadableLines: number;
  /** When loggers said that they dropped lines, ISO 8601; null: at a time that cannot be read. A second acceptance may be among those. */
  linesLost: (string | null)[];
  /** Each relay's first and last line, ISO 8601. `clockKnown`: known messages show its zone; else the times are as its log writes them. `clockJumps`: they do not agree. */
  relays: { host: string; from: string; to: string; clockKnown: boolean; clockJumps: boolean }[];
  /** Messages with Message-IDs like ours that are of nobody in this incident's books. */
  ofNobody: number;
  sessions: SessionProof;
  reminders: RelayWaveProof | null;
}

/** Of the sessions by which the run sent, so many are in the logs. */
export interface SessionProof extends Omit<SessionCover, 'lacking' | 'missing'> {
  lacking: SessionGapProof | null;
  missing: SessionGapProof | null;
  /** Before then the ledger may have lost some (`reconcile`), ISO 8601; null: it never has. */
  completeSince: string | null;
}

/** Opened from and to, ISO 8601. */
export interface SessionGapProof extends Omit<SessionGap, 'from' | 'to'> {
  from: string;
  to: string;
}

/** As they are now: what is appended later is not read. @throws EvidenceError */
export function openLogs(names: string[]): Promise<LogFile[]> {
  return Promise.all(names.map(openLogFile));
}

/** What the books say of everybody's messages, put aside for the comparison. */
export interface BookedMessages {
  messages: Buckets;
  waves: Wave[];
  /** When some of them were accepted, and by which relay, by their MACs: they show how far a log's clock is off, and whose it is. */
  known: Map<string, RecordedOpening>;
  /** To send somebody again, in their order. */
  decisions: SendAgain[];
  /** The company's own, which get the canary: of each version of the file. */
  mailboxes: Set<string>;
  /** When each session of the run was opened. */
  opened: Listed<RecordedOpening>;
  /** Before then some may have been lost. */
  completeSince: number | null;
  /** What was booked later may not be in the logs yet. */
  recentFromMs: number;
}

/** A logger may be so late. */
const RECENT_MS = 60_000;
/** As many as calibrate a clock. */
const SAMPLES = 4_096;
/** As many tell whose a log is, if it has any. */
const FIRST_OF_RELAY = 100;

export async function bookedMessages(
  books: Books,
  row: IncidentRow,
  waves: Wave[],
  finished: boolean,
): Promise<BookedMessages> {
  const messages = buckets();
  const samples = thinSamples<[mac: string, accepted: RecordedOpening]>(SAMPLES);
  /** Of a relay that took few, too. */
  const ofRelay = new Map<string, [mac: string, accepted: RecordedOpening][]>();
  const recentFromMs = finished ? Number.POSITIVE_INFINITY : sqlTimeMs(await databaseTime(books)) - RECENT_MS;
  for (const wave of waves)
    for await (const batch of listCohortNotices(books, wave))
      for (const { customerId, state, decision, attempt, claimedAt, settledAt, relay } of batch) {
        const mac = macOf(row, wave, customerId);
        const recent = settledAt !== null && sqlTimeMs(settledAt) >= recentFromMs;
        bookMessage(messages, mac, { customerId, wave, state, decision, attempt, recent });
        if (state !== 'sent' || attempt !== 1) continue;
        const accepted = { from: sqlTimeMs(claimedAt!), to: sqlTimeMs(settledAt!), relay };
        samples.add([mac, accepted]);
        if (relay === null) continue;
        const first = ofRelay.get(relay) ?? [];
        if (first.length < FIRST_OF_RELAY) ofRelay.set(relay, [...first, [mac, accepted]]);
      }
  return {
    ...{ messages, waves, recentFromMs },
    known: new Map([...samples.samples, ...[...ofRelay.values()].flat()]),
    decisions: await listSendAgain(books),
    mailboxes: new Set(
      (await listVersions(books)).flatMap((version) => incidentOf(version).canary.mailboxes),
    ),
    ...(await listSessionTimes(books)),
  };
}

/** Every decision to send again that the audit has. */
async function listSendAgain({ db, incident }: Books): Promise<SendAgain[]> {
  const { rows } = await sql<{ seq: number; at: string; action: string }>`
    SELECT seq, at, action FROM audit
    WHERE incident = ${incident} AND action IN ('in-doubt-resend', 'in-doubt-absent', 'retry') ORDER BY seq`.execute(
    db,
  );
  return rows.map(({ seq, at, action }) => ({
    number: seq,
    at: sqlTimeMs(at),
    outOfDoubt: action !== 'retry',
  }));
}

async function databaseTime({ db }: Books): Promise<string> {
  const { rows } = await sql<{ now: string }>`SELECT UTC_TIMESTAMP(3) AS now`.execute(db);
  return rows[0]!.now;
}

const NO_RELAYS: ReadonlySet<string> = new Set();

/** Compares customer by customer (I1, I2). @throws EvidenceError */
export async function compareWithLogs(
  row: IncidentRow,
  logs: LogFile[],
  booked: BookedMessages,
): Promise<RelayProof> {
  const domain = messageIdDomain(row);
  const relaysOf = new Map<string, Set<string>>();
  const sessions = ownSessions((messageId) => ownMac(messageId, domain) !== null);
  try {
    const read = await readLogs(logs, {
      nearMs: sqlTimeMs(row.started_at),
      whose: (messageId) => ownMac(messageId, domain),
      sessions,
      clockSample: (mac, { readAt }, host) => {
        const accepted = booked.known.get(mac);
        if (accepted && accepted.relay !== null)
          relaysOf.set(host, (relaysOf.get(host) ?? new Set<string>()).add(accepted.relay));
        return accepted === undefined || readAt === null
          ? null
          : { from: readAt - accepted.to, to: readAt - accepted.from, firstAttempt: true };
      },
    });
    try {
      const { waves, ofNobody } = judgeMessages(
        booked.messages,
        read,
        booked.decisions,
        booked.mailboxes,
        sessions,
      );
      const cover = coverOf(booked.opened, sessions.shown(), {
        spans: read.clocks
          .filter(({ agreeing, byHops }) => agreeing !== null && !byHops)
          .map(({ first, last }) => ({ from: first, to: last })),
        recentFromMs: booked.recentFromMs,
        relaysOf: (host) => relaysOf.get(host) ?? NO_RELAYS,
      });
      return {
        ...waveProof(waves.notice),
        files: read.files,
        unreadableLines: read.unreadable,
        linesLost: read.lost.map((ms) => (ms === null ? null : iso(ms))),
        relays: read.clocks.map(({ host, first, last, agreeing, byHops }) => ({
          host,
          from: iso(first),
          to: iso(last),
          clockKnown: agreeing !== null,
          clockJumps: agreeing !== null && !byHops && agreeing < AGREEING,
        })),
        ofNobody,
        sessions: {
          ...cover,
          lacking: gapProof(cover.lacking),
          missing: gapProof(cover.missing),
          completeSince: booked.completeSince === null ? null : iso(booked.completeSince),
        },
        reminders: booked.waves.includes('reminder') ? waveProof(waves.reminder) : null,
      };
    } finally {
      read.close();
    }
  } finally {
    booked.messages.close();
  }
}

function waveProof({
  acceptedOnce,
  acceptedTwiceOrMore,
  neverAccepted,
  notReachedYet,
  tooRecent,
  remarks,
}: WaveJudgement): RelayWaveProof {
  return {
    customersAcceptedOnce: acceptedOnce,
    customersAcceptedTwiceOrMore: acceptedTwiceOrMore,
    customersNeverAccepted: neverAccepted,
    customersNotReachedYet: notReachedYet,
    tooRecent,
    remarks,
  };
}

function gapProof(gap: SessionGap | null): SessionGapProof | null {
  return gap && { ...gap, from: iso(gap.from), to: iso(gap.to) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
