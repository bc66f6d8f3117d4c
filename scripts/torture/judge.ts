import { createHash } from 'node:crypto';
import type { AuditTable } from '../../src/books/ledger-tables';
import { openConnection } from '../../src/company/connect';
import { eachLine, openLogFile } from '../../src/evidence/log-file';
import { acceptancesIn } from '../relay/acceptances';
import type { Lived } from './company-life';
import { CHOSEN } from './patient-operator';

export interface Judgement {
  /** Messages that each relay took. */
  acceptedByRelay: number[];
  acceptedOnce: number;
  acceptedTwiceOrMore: number;
  /** Who should have been told and was not: had an address, was not deleted, and the relay never refused them for good. */
  neverAccepted: number;
  remindedOnce: number;
  remindedTwiceOrMore: number;
  /** Had a new password before anybody was reminded. */
  remindedAfterChoosing: number;
  /** Should have been reminded and was not: was told, the password was expired and no new one chosen. */
  neverReminded: number;
  oldPasswordsAlive: number;
  passwordsClobbered: number;
  auditBroken: boolean;
  /** At most ten ids each, to look into. */
  examples: Record<string, string[]>;
}

export interface Evidence {
  ledgerSchema: string;
  /** Of the copy of the customers as they were (torture-company.ts). */
  beforeSchema: string;
  /** Of every relay. */
  relayLogs: string[];
  lived: Lived;
  /** As the company writes times. */
  cutoff: string;
}

/**
 * By the relays' logs, the company's tables, the torturer's own record and the audit; it shares nothing with the product but how a
 * connection is opened and how a relay's log is read.
 */
export async function judge(
  url: string,
  { ledgerSchema, beforeSchema, relayLogs, lived, cutoff }: Evidence,
): Promise<Judgement> {
  const before = `\`${beforeSchema}\`.customers`;
  const connection = await openConnection(url);
  const query = async <Row>(statement: string, values: unknown[] = []) =>
    (await connection.query(statement, values))[0] as Row[];
  try {
    const [told, reminded] = [new Map<string, number>(), new Map<string, number>()];
    const refused = new Set<string>();
    const acceptedByRelay: number[] = [];
    for (const relayLog of relayLogs) {
      const accepted = await acceptancesIn(relayLog);
      acceptedByRelay.push(accepted.length);
      for (const { to, messageId } of accepted) {
        const wave = /^r[0-9a-f]{40}@/.test(messageId) ? reminded : told;
        wave.set(to, (wave.get(to) ?? 0) + 1);
      }
      for (const address of await refusedForGood(relayLog)) refused.add(address);
    }
    const atFirst = await query<{ id: string; email: string | null; expired: number; hash: string | null }>(
      `SELECT b.id, b.email, c.password_hash AS hash,
         b.password_hash IS NOT NULL AND (b.password_set_at IS NULL OR b.password_set_at <= ?) AS expired
       FROM ${before} b LEFT JOIN customers c ON c.id = b.id WHERE b.created_at <= ?`,
      [cutoff, cutoff],
    );
    let [acceptedOnce, remindedOnce] = [0, 0];
    const [twice, never]: [string[], string[]] = [[], []];
    const [remindedTwice, remindedAfterChoosing, neverReminded]: [string[], string[], string[]] = [
      [],
      [],
      [],
    ];
    for (const { id, email, expired, hash } of atFirst) {
      const addresses = [...(email === null ? [] : [email]), ...(lived.addresses.get(id) ?? [])];
      const timesOf = (wave: Map<string, number>) =>
        addresses.reduce((sum, address) => sum + (wave.get(address) ?? 0), 0);
      const times = timesOf(told);
      const reminders = timesOf(reminded);
      if (reminders === 1) remindedOnce++;
      if (reminders > 1) remindedTwice.push(id);
      if (reminders > 0 && hash?.startsWith(CHOSEN)) remindedAfterChoosing.push(id);
      if (times === 1) acceptedOnce++;
      if (times > 1) twice.push(id);
      const owed =
        email !== null && !lived.deleted.has(id) && !addresses.some((address) => refused.has(address));
      if (times === 0 && owed) never.push(id);
      const forgot = Number(expired) === 1 && hash === null && !lived.passwords.has(id);
      if (reminders === 0 && owed && times > 0 && forgot) neverReminded.push(id);
    }
    const alive = await query<{ count: string }>(
      `SELECT COUNT(*) AS count FROM customers c JOIN ${before} b ON b.id = c.id
       WHERE c.password_hash IS NOT NULL AND c.password_hash = b.password_hash
         AND b.created_at <= ? AND (b.password_set_at IS NULL OR b.password_set_at <= ?)`,
      [cutoff, cutoff],
    );
    const clobbered = await clobberedPasswords(query, { before, lived, cutoff });
    const audit = await query<AuditTable>(`SELECT * FROM \`${ledgerSchema}\`.audit ORDER BY incident, seq`);
    return {
      acceptedByRelay,
      acceptedOnce,
      acceptedTwiceOrMore: twice.length,
      neverAccepted: never.length,
      remindedOnce,
      remindedTwiceOrMore: remindedTwice.length,
      remindedAfterChoosing: remindedAfterChoosing.length,
      neverReminded: neverReminded.length,
      oldPasswordsAlive: Number(alive[0]!.count),
      passwordsClobbered: clobbered.length,
      auditBroken: audit.length === 0 || isBroken(audit),
      examples: {
        twice: twice.slice(0, 10),
        never: never.slice(0, 10),
        remindedTwice: remindedTwice.slice(0, 10),
        remindedAfterChoosing: remindedAfterChoosing.slice(0, 10),
        neverReminded: neverReminded.slice(0, 10),
        clobbered: clobbered.slice(0, 10),
      },
    };
  } finally {
    await connection.end();
  }
}

/** Addresses that the relay refused with a 5xx, at RCPT or after their dot. */
export async function refusedForGood(relayLog: string): Promise<Set<string>> {
  const refused = new Set<string>();
  await eachLine(await openLogFile(relayLog), (line) => {
    const refusal = /: reject: (?:RCPT|END-OF-MESSAGE) from [^:]+: 5\d\d .*? to=<([^>]*)>/.exec(line);
    if (refusal) refused.add(refusal[1]!);
  });
  return refused;
}

type Query = <Row>(statement: string, values?: unknown[]) => Promise<Row[]>;

/** Passwords from after the cutoff that are not any more what was chosen. */
async function clobberedPasswords(
  query: Query,
  { before, lived, cutoff }: { before: string; lived: Lived; cutoff: string },
): Promise<string[]> {
  const { passwords, deleted } = lived;
  const clobbered: string[] = [];
  const chosen = [...passwords].filter(([id, hash]) => hash !== null && !deleted.has(id));
  for (let from = 0; from < chosen.length; from += 500) {
    const some = new Map(chosen.slice(from, from + 500));
    const rows = await query<{ id: string; hash: string | null }>(
      'SELECT id, password_hash AS hash FROM customers WHERE id IN (?)',
      [[...some.keys()]],
    );
    for (const { id, hash } of rows) if (hash !== some.get(String(id))) clobbered.push(String(id));
  }
  const untouched = await query<{ id: string }>(
    `SELECT b.id FROM ${before} b JOIN customers c ON c.id = b.id
     WHERE b.password_set_at > ? AND NOT (c.password_hash <=> b.password_hash)`,
    [cutoff],
  );
  return [...clobbered, ...untouched.map(({ id }) => String(id)).filter((id) => !passwords.has(id))];
}

/** Each entry's hash is SHA-256 over the hash before and its fields, each with its length in octets. */
export function isBroken(rows: readonly AuditTable[]): boolean {
  let before: Buffer = Buffer.alloc(32);
  let [incident, seq] = [-1, 0];
  for (const row of rows) {
    if (row.incident !== incident) [incident, seq, before] = [row.incident, 0, Buffer.alloc(32)];
    const hash = createHash('sha256').update(before);
    for (const field of [row.incident, row.seq, row.at, row.who, row.action, row.detail])
      hash.update(`${Buffer.byteLength(String(field))}:${field}`);
    const sum = hash.digest();
    if (row.seq !== ++seq || !before.equals(row.prev_hash) || !sum.equals(row.hash)) return true;
    before = sum;
  }
  return false;
}
