import type { Command } from 'commander';
import { NOT_STARTED, readAudit } from '../books/audit-chain';
import { type BareBooks, snapshot } from '../books/books';
import { chainBreak } from '../books/judge-audit';
import type { AuditTable } from '../books/ledger-tables';
import { isoTime } from '../books/rows';
import { type AuditHead, headWords } from '../incident/audit-head';
import { auditWords } from './audit-words';
import { type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { counted, json, printable, utc } from './words';

/** Exit 1: a chain is not whole. */
export function describeAudit(command: Command): void {
  withIncidentOption(command)
    .description(
      'Reads the audit log out: who decided what, when and why; and says whether its chain is whole.',
    )
    .option('--json', 'the entries as JSON')
    .action((options: IncidentOptions) =>
      onBooks(options, async ({ row, books }) => {
        const read = await readRecord(books, row.incident_id);
        console.log(options.json ? json(read) : recordText(read));
        if (read.chain.broken !== null || read.beforeStart.broken !== null) process.exitCode = 1;
      }),
    );
}

/** One decision. */
export interface RecordedDecision {
  seq: number;
  /** It is in the chain of files that were not started, which all files share. */
  beforeStart: boolean;
  /** ISO 8601. */
  at: string;
  who: string;
  action: string;
  words: string;
  /** JSON, as it is in the chain. */
  detail: string;
  hash: string;
}

/** Whether a chain is whole in itself. What is held outside the database tells more: `verify`. */
export interface ChainRead {
  entries: number;
  broken: string | null;
  head: AuditHead | null;
}

export interface AuditRecord {
  incidentId: string;
  /** Oldest first. */
  decisions: RecordedDecision[];
  chain: ChainRead;
  beforeStart: ChainRead;
}

/** Everything on record of the incident: its own chain, and what was done with its file before it was started. */
export async function readRecord(books: BareBooks, incidentId: string): Promise<AuditRecord> {
  const { own, shared } = await snapshot(books, async (moment) => ({
    own: await readAudit(moment),
    shared: await readAudit({ ...moment, incident: NOT_STARTED }),
  }));
  const before = shared.filter(({ detail }) => detail.includes(JSON.stringify(incidentId)));
  return {
    incidentId,
    decisions: [...before, ...own]
      .sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0))
      .map(decisionOf),
    chain: chainRead(own, false),
    beforeStart: chainRead(shared, true),
  };
}

function decisionOf(entry: AuditTable): RecordedDecision {
  const { seq, incident, at, who, action, detail, hash } = entry;
  return {
    seq,
    beforeStart: incident === NOT_STARTED,
    at: isoTime(at),
    who,
    action,
    words: auditWords(entry),
    detail,
    hash: hash.toString('hex'),
  };
}

function chainRead(entries: AuditTable[], mayBeEmpty: boolean): ChainRead {
  const last = entries.at(-1);
  return {
    entries: entries.length,
    broken: chainBreak(entries, { mayBeEmpty }),
    head: last === undefined ? null : { seq: last.seq, hash: last.hash.toString('hex') },
  };
}

/** For people; its last lines are the verdict. */
export function recordText({ incidentId, decisions, chain, beforeStart }: AuditRecord): string {
  const width = String(chain.entries).length;
  return [
    `The audit log of ${incidentId}: ${counted(decisions.length, 'decision')}`,
    ...decisions.map(({ seq, beforeStart: early, at, who, words }) => {
      const entry = early ? `before the start, entry ${seq}` : String(seq).padStart(width);
      return `  ${entry}  ${utc(at)}  ${printable(who, 200)} ${printable(words, 1_000)}`;
    }),
    '',
    ...verdict('the audit log', chain),
    ...(beforeStart.entries === 0 ? [] : verdict('the audit log of files before their start', beforeStart)),
    `That nobody has made it anew shows only what is held outside the database: npm run cli -- verify --anchor FILE --incident ${incidentId}`,
  ].join('\n');
}

function verdict(what: string, { broken, head }: ChainRead): string[] {
  const end = head === null ? '' : ` It ends with ${headWords(head)}.`;
  const name = `${what[0]!.toUpperCase()}${what.slice(1)}`;
  return [
    broken === null
      ? `${name} is whole in itself.${end}`
      : `${name.toUpperCase()} IS NOT WHOLE: ${broken}.${end}`,
  ];
}
