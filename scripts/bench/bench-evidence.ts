import { execFile } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { buckets } from '../../src/evidence/buckets';
import { coverOf, type SessionCover } from '../../src/evidence/cover-sessions';
import {
  bookMessage,
  judgeMessages,
  type Remark,
  type WaveJudgement,
} from '../../src/evidence/judge-messages';
import { ownMac } from '../../src/evidence/known-messages';
import { openLogFile } from '../../src/evidence/log-file';
import { listed, type NumberRows, numberRows } from '../../src/evidence/number-rows';
import { ownSessions } from '../../src/evidence/own-sessions';
import { readLogs } from '../../src/evidence/read-logs';
import { messageId, messageMac } from '../../src/notice/message-headers';
import { wholeNumber } from '../demo/demo-options';

export interface EvidenceOptions {
  messages: number;
  /** Messages a session with the relay. */
  perSession: number;
  json: boolean;
}

export function evidenceCommand(): Command {
  return new Command('npm run bench-evidence --')
    .description(
      "Makes up a relay's log and compares it with books, as report does: of each million customers one is missing in it, one is there twice, one's message came back.",
    )
    .option(
      '--messages <number>',
      'how many the relay has taken',
      wholeNumber(1_000_000, 50_000_000),
      1_000_000,
    )
    .option(
      '--per-session <number>',
      'messages a session: few make as many sessions as a far longer log has',
      wholeNumber(1, 10_000),
      100,
    )
    .option('--json', 'also prints the figures as one line of JSON, the last', false)
    .helpOption('--help', 'shows this')
    .allowExcessArguments(false)
    .exitOverride();
}

export interface EvidenceFigures {
  messages: number;
  /** Of the log. */
  bytes: number;
  /** Of booking, reading and comparing, all in this process. */
  seconds: number;
  cpuSeconds: number;
  /** Of `grep -c status=sent` over the same log, in the same run. */
  grepSeconds: number;
  /** The largest resident set. */
  megabytes: number;
  judgement: WaveJudgement;
  cover: SessionCover;
}

const DOMAIN = 'shop.test';
const KEY = Buffer.alloc(32, 7);
/** Of the log's first line: the rate is 3,000 messages a second. */
const BEGINS_AT = Date.parse('2012-01-16T02:00:00Z');
const MESSAGES_A_SECOND = 3_000;
/** Of each million customers who has which fault. */
const MILLION = 1_000_000;
const MISSING_AT = 500_000;
const TWICE_AT = 600_000;
const BOUNCED_AT = 700_000;
const SESSIONS = 20;
/** After so many sessions Postfix starts another process (max_use). */
const SESSIONS_A_PROCESS = 100;

/**
 * Judges a relay's log that is made up: of each million customers one whom it has twice, one whom it has not, one whose message bounced.
 * @param folder with room: 700 bytes for each message of the log, 400 for what is put aside.
 */
export async function benchEvidence(
  { messages, perSession }: Omit<EvidenceOptions, 'json'>,
  folder: string,
): Promise<EvidenceFigures> {
  const log = join(folder, 'relay.log');
  const opened = numberRows(2);
  const bytes = writeLog(log, { messages, perSession }, opened);
  const grepStarted = performance.now();
  await promisify(execFile)('grep', ['-c', 'status=sent', log], { env: { LC_ALL: 'C' } });
  const grepSeconds = (performance.now() - grepStarted) / 1000;
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const booked = buckets();
  for (let customer = 0; customer < messages; customer++)
    bookMessage(booked, messageMac(KEY, keyOf(customer)), {
      customerId: String(customer),
      wave: 'notice',
      state: 'sent',
      decision: null,
      attempt: 1,
      recent: false,
    });
  const own = ownSessions((id) => ownMac(id, DOMAIN) !== null);
  const question = {
    nearMs: BEGINS_AT,
    whose: (id: string) => ownMac(id, DOMAIN),
    sessions: own,
  };
  const read = await readLogs([await openLogFile(log)], question);
  const { waves } = judgeMessages(booked, read, [], new Set(), own);
  const cover = coverOf(
    listed(opened.length, (row) => ({ from: opened.get(row, 0), to: opened.get(row, 1), relay: null })),
    own.shown(),
    {
      spans: read.clocks.map(({ first, last }) => ({ from: first, to: last })),
      recentFromMs: Number.POSITIVE_INFINITY,
      relaysOf: () => new Set(),
    },
  );
  read.close();
  booked.close();
  const { user, system } = process.cpuUsage(cpu);
  rmSync(log);
  return {
    messages,
    bytes,
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
    grepSeconds,
    megabytes: process.resourceUsage().maxRSS / 1024,
    judgement: waves.notice,
    cover,
  };
}

/** Whether just the planted faults are found, and each session on record in the log. */
export function judgedRightly({
  messages,
  judgement: { acceptedOnce, neverAccepted, remarks },
  cover,
}: Pick<EvidenceFigures, 'messages' | 'judgement' | 'cover'>): boolean {
  const planted = (at: number) =>
    Array.from({ length: Math.ceil((messages - at) / MILLION) }, (_, million) =>
      String(million * MILLION + at),
    );
  const found = (remark: Remark) => remarks[remark].first.map(({ customerId }) => customerId);
  const expected: Partial<Record<Remark, string[]>> = {
    'sent-not-accepted': planted(MISSING_AT),
    twice: planted(TWICE_AT),
    bounced: planted(BOUNCED_AT),
  };
  const [missing, twice] = [planted(MISSING_AT).length, planted(TWICE_AT).length];
  return (
    (Object.keys(remarks) as Remark[]).every(
      (remark) => found(remark).sort().join() === (expected[remark] ?? []).sort().join(),
    ) &&
    cover.missing === null &&
    cover.strange === 0 &&
    neverAccepted === missing &&
    acceptedOnce === messages - missing - twice
  );
}

const keyOf = (customer: number) =>
  ({ incident: 'bench', wave: 'notice', customerId: String(customer), role: 'primary' }) as const;

/**
 * As Postfix writes it through syslog: sessions beside each other, whose lines mix.
 * @param opened takes from when to when each session was opened.
 * @returns its octets.
 */
function writeLog(
  file: string,
  { messages, perSession }: Omit<EvidenceOptions, 'json'>,
  opened: NumberRows,
): number {
  const out = openSync(file, 'w', 0o600);
  let [text, bytes, line] = ['', 0, 0];
  const timeOf = (customer: number) => BEGINS_AT + Math.floor((customer * 1000) / MESSAGES_A_SECOND);
  const write = (customer: number, program: string, words: string) => {
    const at = new Date(timeOf(customer));
    text += `Jan ${at.getUTCDate()} ${at.toISOString().slice(11, 19)} mx1 postfix/${program}: ${words}\n`;
    if (++line % 4096 === 0) flush();
  };
  const flush = () => {
    bytes += writeSync(out, text);
    text = '';
  };
  for (let first = 0; first < messages; first += SESSIONS) {
    const customers = Array.from(
      { length: Math.min(SESSIONS, messages - first) },
      (_, index) => first + index,
    );
    const round = first / SESSIONS;
    const processes = Math.floor(round / (perSession * SESSIONS_A_PROCESS));
    const smtpd = (customer: number) => `smtpd[${4000 + processes * SESSIONS + (customer % SESSIONS)}]`;
    const each = (work: (customer: number, queueId: string) => void) => {
      for (const customer of customers) {
        if (customer % MILLION !== MISSING_AT) work(customer, queueIdOf(customer));
        if (customer % MILLION === TWICE_AT) work(customer, `F${queueIdOf(customer)}`);
      }
    };
    if (round % perSession === 0)
      for (const customer of customers) {
        write(customer, smtpd(customer), 'connect from batch[10.0.0.5]');
        opened.push(timeOf(customer), timeOf(customer) + 1);
      }
    each((customer, id) => write(customer, smtpd(customer), `${id}: client=batch[10.0.0.5]`));
    each((customer, id) =>
      write(customer, 'cleanup[977]', `${id}: message-id=<${messageId(KEY, keyOf(customer), DOMAIN)}>`),
    );
    each((customer, id) =>
      write(customer, 'qmgr[901]', `${id}: from=<bounces@${DOMAIN}>, size=20480, nrcpt=1 (queue active)`),
    );
    each((customer, id) =>
      write(
        customer,
        'smtp[2210]',
        `${id}: to=<customer${customer}@mail.test>, relay=mx.mail.test[10.9.8.7]:25, delay=0.8, delays=0.01/0/0.4/0.39, ${
          customer % MILLION === BOUNCED_AT
            ? 'dsn=5.1.1, status=bounced (host mx.mail.test[10.9.8.7] said: 550 5.1.1 no such user)'
            : 'dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9C3A1)'
        }`,
      ),
    );
    each((customer, id) => write(customer, 'qmgr[901]', `${id}: removed`));
    if (round % perSession === perSession - 1 || first + SESSIONS >= messages) {
      const sent = (round % perSession) + 1;
      const counts = `ehlo=1 mail=${sent} rcpt=${sent} data=${sent} quit=1 commands=${3 * sent + 2}`;
      for (const customer of customers)
        write(customer, smtpd(customer), `disconnect from batch[10.0.0.5] ${counts}`);
    }
  }
  flush();
  closeSync(out);
  return bytes;
}

function queueIdOf(customer: number): string {
  return (0xa000000000 + customer * 7919).toString(16).toUpperCase();
}
