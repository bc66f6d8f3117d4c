import { surveyNotices } from '../../src/books/balance';
import { ledgerSchemaOf } from '../../src/books/open-database';
import { openConnection } from '../../src/company/connect';
import type { NoticeState } from '../../src/incident/vocabulary';
import { number } from '../../src/operator/words';
import { EMBEDDED_SCHEMA } from '../stack/start-database';
import { type Judgement, judge } from '../torture/judge';
import { beforeSchemaOf } from '../torture/torture-company';
import type { Scene } from './scene';
import type { Stage } from './stage';

export interface Verdict {
  /** The figure of the scene. */
  words: string;
  /** What is wrong; empty: it ended well. */
  problems: string[];
}

/** By the relay's own log and the company's tables (torture/judge.ts); then whether the books say the same. */
export async function judgeScene(scene: Scene, stage: Stage): Promise<Verdict> {
  const { parts, database, row, cutoff } = stage;
  const cutoffInTables = new Date(cutoff).toISOString().slice(0, 19).replace('T', ' ');
  const owed = await countOwed(parts.databaseUrl, cutoffInTables);
  const judged = await judge(parts.databaseUrl, {
    ledgerSchema: ledgerSchemaOf(EMBEDDED_SCHEMA),
    beforeSchema: beforeSchemaOf(EMBEDDED_SCHEMA),
    relayLogs: parts.relays.map(({ relay }) => relay.log),
    lived: { addresses: new Map(), passwords: new Map(), deleted: new Set(), inserted: 0 },
    cutoff: cutoffInTables,
  });
  const { incident } = (await row())!;
  const { notices, missing } = await surveyNotices({ db: database.db, incident }, 'notice');
  const more = (await scene.check?.(stage)) ?? null;
  const { acceptedOnce } = judged;
  return {
    words: `${number(acceptedOnce)} of ${number(owed)} customers told once, nobody twice, nobody lost, by the relay's own log; every old password is dead`,
    problems: [...problemsOf({ owed, judged, notices, missing }), ...(more === null ? [] : [more])],
  };
}

export interface Ended {
  /** So many must be told. */
  owed: number;
  judged: Omit<Judgement, 'examples'>;
  /** By the books. */
  notices: Partial<Record<NoticeState, number>>;
  missing: number;
}

/** What is wrong at the end of a scene: everybody who must be told was told once, and the books say so. */
export function problemsOf({ owed, judged, notices, missing }: Ended): string[] {
  const { acceptedOnce, acceptedTwiceOrMore, oldPasswordsAlive, passwordsClobbered, auditBroken } = judged;
  const { sent = 0, skipped: _, ...open } = notices;
  const expected = (what: string, found: number, wanted: number) =>
    found === wanted ? [] : [`${what}: ${number(found)}, not ${number(wanted)}`];
  return [
    ...(owed === 0 ? ['nobody had to be told: nothing is shown'] : []),
    ...expected('told twice or more', acceptedTwiceOrMore, 0),
    ...expected('told once', acceptedOnce, owed),
    ...expected('told by the books', sent, owed),
    ...expected('without an answer in the books', missing, 0),
    ...Object.entries(open).flatMap(([state, customers]) => expected(`${state} in the books`, customers, 0)),
    ...expected('old passwords that live', oldPasswordsAlive, 0),
    ...expected('new passwords that were touched', passwordsClobbered, 0),
    ...(auditBroken ? ['the audit log is broken'] : []),
  ];
}

/** Who must be told: a customer by the cutoff, and with an address. */
async function countOwed(url: string, cutoff: string): Promise<number> {
  const connection = await openConnection(url);
  try {
    const [rows] = await connection.query(
      `SELECT COUNT(*) AS owed FROM \`${beforeSchemaOf(EMBEDDED_SCHEMA)}\`.customers WHERE created_at <= ? AND email IS NOT NULL`,
      [cutoff],
    );
    return Number((rows as { owed: string }[])[0]!.owed);
  } finally {
    await connection.end();
  }
}
