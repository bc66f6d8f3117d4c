import { isHeadLost, readAudit } from '../books/audit-chain';
import { headFaults } from '../books/judge-audit';
import type { AuditHead } from '../incident/audit-head';
import { heldHeads } from './held-heads';
import type { Chosen } from './incident-command';
import { counted, printable } from './words';

/** Decisions that somebody outside the database knows of, and the audit log does not hold (any more). */
export interface LostRecord {
  /** Each once; what an operator takes for lost, so that the run may go on. */
  heads: AuditHead[];
  /** In words, by who holds them. */
  found: string[];
  /** Each decision that an anchor names, oldest first. */
  decisions: { seq: number; action: string; at: string | null }[];
  /** Why Temporal was not asked; null: it was. */
  uncompared: string | null;
}

/** What a copy that lagged, or a restored one, may have lost (I6): by Temporal's memos and by anchors. What a reconcile took for lost is left out. */
export async function findLostRecord(
  { addresses, database, row, books }: Pick<Chosen, 'addresses' | 'database' | 'row' | 'books'>,
  files: string[],
): Promise<LostRecord> {
  const { temporal, anchors } = await heldHeads(addresses, { database, incidentId: row.incident_id, files });
  const entries = await readAudit(books);
  const sources = [
    ...(typeof temporal === 'string' ? [] : [{ where: 'Temporal', heads: temporal.map(({ head }) => head) }]),
    ...anchors.map(({ file, heads }) => ({
      where: file,
      heads: heads.filter(({ incident }) => incident === row.incident_id),
    })),
  ];
  const lost: LostRecord = {
    heads: [],
    found: [],
    decisions: [],
    uncompared: typeof temporal === 'string' ? temporal : null,
  };
  for (const { where, heads } of sources) {
    const gone: AuditHead[] = [];
    for (const head of heads) if (await isHeadLost(books, head)) gone.push(head);
    lost.found.push(...headFaults(entries, gone, where));
    for (const { seq, hash } of gone)
      if (!lost.heads.some((known) => known.hash === hash)) lost.heads.push({ seq, hash });
  }
  const lostHashes = new Set(lost.heads.map(({ hash }) => hash));
  lost.decisions = anchors
    .flatMap(({ heads }) => heads)
    .flatMap(({ seq, hash, action, at }) =>
      action !== null && lostHashes.has(hash) ? [{ seq, action, at }] : [],
    )
    .filter(({ seq }, i, all) => all.findIndex((other) => other.seq === seq) === i)
    .sort((left, right) => left.seq - right.seq);
  return lost;
}

/** For people. */
export function lostRecordLines({ heads, found, decisions, uncompared }: LostRecord, id: string): string[] {
  if (heads.length === 0)
    return uncompared === null
      ? []
      : [`  Audit log  not compared with what Temporal knows: ${printable(uncompared)}`];
  return [
    `  Audit log  IT HAS LOST DECISIONS (${counted(heads.length, 'head')} that it does not hold):`,
    ...found.map((line) => `             ${printable(line, 700)}`),
    ...(decisions.length === 0
      ? [
          '             What was decided an anchor or the log of a worker names: reconcile --anchor FILE. A hold of law enforcement, a pause or an',
          '             approval may be among them.',
        ]
      : decisions.map(
          ({ seq, action, at }) =>
            `             entry ${seq}: ${printable(action)}${at === null ? '' : ` at ${at}`}`,
        )),
    '             Before you resume, ask who decided, and write down again what must stand, such as:',
    `             npm run cli -- hold-for-law-enforcement --incident ${id} --by "YOUR NAME" --reason "WHO ASKED, AND THEIR REFERENCE"`,
  ];
}
