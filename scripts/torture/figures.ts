import { openConnection } from '../../src/company/connect';
import type { Judgement } from './judge';

export interface TortureFigures extends Judgement {
  customers: number;
  kills: number;
  seed: number;
  /** In doubt before anybody settled, whatever had put them there (a killed relay, a cut connection too). */
  inDoubtSeen: number;
  inDoubtLeft: number;
  /** The most that one kill -9 of a worker put in doubt, of those that could be measured (the database was up). */
  inDoubtMaxPerKill: number;
  killsMeasured: number;
  /** Of those, how many had claimed notices: killing an idle worker shows nothing. */
  killsAtWork: number;
  closed: boolean;
  /** What took effect (torturer.ts). */
  deeds: { amended: number; aside: number };
  seconds: number;
  killsByKind: Record<string, number>;
}

/**
 * One a session of the killed worker, of which the example's file has eight; and as many again where the relay had been killed a
 * moment before, whose cut sessions the worker had not written down yet.
 */
const MOST_PER_KILL = 16;

const SURELY_ONE_AT_WORK = 4;

/** What is wrong; empty: every promise held. */
export function brokenPromises(figures: TortureFigures): string[] {
  const none = [
    'acceptedTwiceOrMore',
    'neverAccepted',
    'remindedTwiceOrMore',
    'remindedAfterChoosing',
    'neverReminded',
    'inDoubtLeft',
    'oldPasswordsAlive',
    'passwordsClobbered',
  ] as const;
  return [
    ...none.filter((name) => figures[name] !== 0).map((name) => `${name} is ${figures[name]}, not 0`),
    ...(figures.inDoubtMaxPerKill > MOST_PER_KILL
      ? [`one kill put ${figures.inDoubtMaxPerKill} in doubt, more than ${MOST_PER_KILL}`]
      : []),
    ...(figures.killsMeasured >= SURELY_ONE_AT_WORK && figures.killsAtWork === 0
      ? [`none of the ${figures.killsMeasured} killed workers had told anybody: nothing is shown`]
      : []),
    ...(figures.auditBroken ? ['the audit chain is broken'] : []),
    ...(figures.closed ? [] : ['the run did not close']),
    ...(figures.acceptedByRelay.some((accepted) => accepted === 0)
      ? ['a relay took nothing: nothing is shown of several']
      : []),
    ...(figures.acceptedOnce === 0 ? ['nobody was told'] : []),
    ...(figures.remindedOnce === 0 ? ['nobody was reminded'] : []),
  ];
}

/**
 * How many customers are in doubt whom this process had claimed, by its pid; null: all of them. A statistic, read from the ledger:
 * no verdict rests on it.
 */
export async function countInDoubt(url: string, ledgerSchema: string, pid: number | null): Promise<number> {
  const ofProcess = `JOIN \`${ledgerSchema}\`.claims c ON c.claim_id = n.claim_id AND n.incident = c.incident
      AND n.customer_id BETWEEN c.first_customer AND c.last_customer
    WHERE c.worker LIKE ? AND n.state = 'in_doubt'`;
  return figure(
    url,
    `SELECT COUNT(*) AS figure FROM \`${ledgerSchema}\`.notices n ${pid === null ? "WHERE n.state = 'in_doubt'" : ofProcess}`,
    [`%:${pid}:%`],
  );
}

/** How many claims of notices this process made, by its pid. */
export function countClaims(url: string, ledgerSchema: string, pid: number): Promise<number> {
  return figure(url, `SELECT COUNT(*) AS figure FROM \`${ledgerSchema}\`.claims WHERE worker LIKE ?`, [
    `%:${pid}:%`,
  ]);
}

/** Until the last claim of whoever is in doubt is over; 0: all are, or nobody is in doubt. */
export function leaseLeftMilliseconds(url: string, ledgerSchema: string): Promise<number> {
  return figure(
    url,
    `SELECT GREATEST(0, COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), c.lease_until)), 0)) / 1000 AS figure
     FROM \`${ledgerSchema}\`.notices n JOIN \`${ledgerSchema}\`.claims c ON c.claim_id = n.claim_id AND n.incident = c.incident
     WHERE n.state = 'in_doubt'`,
  );
}

async function figure(url: string, statement: string, values: string[] = []): Promise<number> {
  const connection = await openConnection(url, { connectMilliseconds: 2_000 });
  try {
    const [rows] = await connection.query(statement, values);
    return Number((rows as { figure: string }[])[0]!.figure);
  } finally {
    connection.destroy();
  }
}
