import { openConnection } from '../../src/company/connect';

/**
 * How many customers are in doubt whom this process had claimed, by its pid; null: all of them. A statistic, read from the ledger:
 * no verdict rests on it.
 */
export async function countInDoubt(url: string, ledgerSchema: string, pid: number | null): Promise<number> {
  const connection = await openConnection(url, { connectMilliseconds: 2_000 });
  try {
    const ofProcess = `JOIN \`${ledgerSchema}\`.claims c ON c.claim_id = n.claim_id AND n.incident = c.incident
        AND n.customer_id BETWEEN c.first_customer AND c.last_customer
      WHERE c.worker LIKE ? AND n.state = 'in_doubt'`;
    const [rows] = await connection.query(
      `SELECT COUNT(*) AS n FROM \`${ledgerSchema}\`.notices n ${pid === null ? "WHERE n.state = 'in_doubt'" : ofProcess}`,
      [`%:${pid}:%`],
    );
    return Number((rows as { n: string }[])[0]!.n);
  } finally {
    connection.destroy();
  }
}
