import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { openConnection } from '../../src/company/connect';
import type { HoldKind } from '../../src/incident/run-status';
import { approve } from '../../src/operator/approve';
import { remind } from '../../src/operator/remind';
import { resume } from '../../src/operator/resume';
import type { TypeVerb } from './torturer';

/** Where the run stands, by its row. */
export interface Standing {
  phase: string;
  holdKind: HoldKind | null;
  gateClosed: boolean;
}

export interface PatientOperator {
  standing(): Standing | null;
  /** Finishes its last look, and looks no more. */
  stop(): Promise<void>;
}

const LOOKS_EVERY_MILLISECONDS = 400;
/** An amendment may take the approval back in each. */
const MAILS: ReadonlySet<string> = new Set(['approval', 'canary', 'notify', 'settle', 'remind']);

/** So long he lets a relay or a receiver be that is out. */
const LETS_BE_SECONDS = 5;

/**
 * Does what an operator would: approves whatever words the run has, has customers reminded, resumes whatever holds or is paused, except where somebody is in doubt,
 * and takes relays and receivers in again that somebody or a breaker has put aside.
 */
export function patientOperator(
  client: Client,
  databaseUrl: string,
  ledgerSchema: string,
  { incidentId, type, say }: { incidentId: string; type: TypeVerb; say: (line: string) => void },
): PatientOperator {
  const by = 'the torturer as operator';
  let seen: Standing | null = null;
  let over = false;
  let told = '';

  async function look(): Promise<void> {
    const row = await rowOf(databaseUrl, ledgerSchema);
    seen = { phase: row.phase, holdKind: row.hold_kind, gateClosed: row.gate === 'closed' };
    if (row.phase === 'closed' || row.phase === 'cancelled') return;
    if (row.hold_reason !== null && row.hold_reason !== told) say(`  held: ${row.hold_reason.slice(0, 160)}`);
    told = row.hold_reason ?? '';
    const fence = Number(row.fence);
    if (row.approved_at === null && MAILS.has(row.phase))
      await approve(client, { incidentId, by, contentHash: row.content_hash, version: Number(row.version) });
    for (const [option, name] of await whatIsAside(databaseUrl, ledgerSchema))
      await type(['resume', option, name, '--by', by]);
    if (row.hold_kind === 'reminder') {
      await halfChoose(databaseUrl);
      await remind(client, { incidentId, by });
    } else if (row.hold_kind !== null && row.hold_kind !== 'in-doubt')
      await resume(client, { incidentId, by, fence });
    else if (row.gate === 'closed') await resume(client, { incidentId, by, fence });
  }

  const looking = (async () => {
    while (!over) {
      await Promise.race([look(), sleep(5_000)]).catch(() => undefined); // a part is being killed: again in a moment
      await sleep(LOOKS_EVERY_MILLISECONDS);
    }
  })();
  return {
    standing: () => seen,
    stop: async () => {
      over = true;
      await looking;
    },
  };
}

/** What a customer's new password is by the time of the reminder; whoever has it must not be reminded. */
export const CHOSEN = 'chosen-';

/** Every second customer whose password was expired chooses a new one before the word is said. */
async function halfChoose(databaseUrl: string): Promise<void> {
  const connection = await openConnection(databaseUrl, { connectMilliseconds: 2_000 });
  try {
    await connection.query(
      `UPDATE customers SET password_hash = CONCAT('${CHOSEN}', id), password_set_at = UTC_TIMESTAMP()
       WHERE id % 2 = 0 AND password_hash IS NULL AND password_set_at IS NOT NULL`,
    );
  } finally {
    connection.destroy();
  }
}

/** Options of `resume`. */
async function whatIsAside(
  databaseUrl: string,
  ledgerSchema: string,
): Promise<['--relay' | '--domain', string][]> {
  const connection = await openConnection(databaseUrl, { connectMilliseconds: 2_000 });
  try {
    const [rows] = await connection.query(
      `SELECT '--relay' AS kind, relay AS name FROM \`${ledgerSchema}\`.relays
       WHERE state = 'out' AND since < UTC_TIMESTAMP(6) - INTERVAL ${LETS_BE_SECONDS} SECOND
       UNION ALL SELECT '--domain', receiver FROM \`${ledgerSchema}\`.receivers
       WHERE state <> 'open' AND since < UTC_TIMESTAMP(6) - INTERVAL ${LETS_BE_SECONDS} SECOND`,
    );
    return (rows as { kind: '--relay' | '--domain'; name: string }[]).map(({ kind, name }) => [kind, name]);
  } finally {
    connection.destroy();
  }
}

interface Row {
  phase: string;
  hold_kind: HoldKind | null;
  hold_reason: string | null;
  gate: string;
  approved_at: string | null;
  content_hash: string;
  version: string;
  fence: string;
}

async function rowOf(databaseUrl: string, ledgerSchema: string): Promise<Row> {
  const connection = await openConnection(databaseUrl, { connectMilliseconds: 2_000 });
  try {
    const [rows] = await connection.query(
      `SELECT phase, hold_kind, hold_reason, gate, approved_at, content_hash, version, fence FROM \`${ledgerSchema}\`.incidents`,
    );
    return (rows as Row[])[0]!;
  } finally {
    connection.destroy();
  }
}
