import { sql } from 'kysely';
import { cli, edit, isCorrected, start } from './commands';
import type { Scene } from './scene';
import type { Stage } from './stage';

const MISSPELT = ['on our website: {page}', 'on our website: {pgae}'] as const;
const TYPO = ['what you can do now', 'what you can do knew'] as const;

/** The texts as they stand now, approved. */
const approval = {
  kind: 'type',
  why: 'Counsel has read the texts (npm run cli -- approve shows them) and approves exactly these, by their hash.',
  command: async (stage: Stage) =>
    cli('approve', '--by', 'Jo Counsel', '--content', (await stage.row())!.content_hash.slice(0, 12))(stage),
  done: async (stage: Stage) => (await stage.row())?.approved_at != null,
} as const;

const MAILBOX = 'notice-check@zappos.test';

async function hasMailedNewWords({ database: { db } }: Stage): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM audit WHERE action = 'canary-mailboxes' AND detail LIKE '%"version":2%' LIMIT 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Mistakes in the incident file: before the start, and when some have been told. */
export const SCENES_OF_FILE: readonly Scene[] = [
  {
    name: 'wrong-file',
    title: 'a mistake in the file, and the start',
    customers: 40,
    begins: 'before the start',
    mistake: MISSPELT,
    acts: [
      { kind: 'happens', words: 'The file is ready, says whoever wrote it at two in the morning.' },
      {
        kind: 'look',
        at: 'the line of the mistake. Without --go nothing is sent and nothing is changed.',
        command: start(),
        shows: /pgae/,
      },
      {
        kind: 'type',
        why: 'Correct it.',
        command: edit(MISSPELT),
        done: isCorrected(MISSPELT),
      },
      {
        kind: 'look',
        at: 'READY, how many passwords would be expired, and how many customers would be told.',
        command: start(),
        shows: /READY/,
      },
      {
        kind: 'type',
        why: 'Begin: passwords are expired and checked, then the run waits for the approval.',
        command: start('--go', '--by', 'Ann'),
        done: async (stage) => (await stage.row()) !== null,
      },
      {
        kind: 'look',
        at: 'what it waits for, and the content hash, by which the texts are approved.',
        command: cli('status'),
        shows: /THE RUN WAITS FOR YOU[^\n]*\n[^\n]*approve/,
      },
      approval,
    ],
  },
  {
    name: 'amend',
    title: 'a typo that the first twenty have read',
    customers: 80,
    begins: 'at the canary',
    settings: { canary: { mailboxes: [MAILBOX], customers: 20, afterwards: 'hold' } },
    mistake: TYPO,
    acts: [
      {
        kind: 'happens',
        words:
          'The first 20 customers have the notice. Support reads its subject on a telephone: "what you can do knew".',
      },
      {
        kind: 'look',
        at: 'that it holds after the canary, and that nobody else is told meanwhile.',
        command: cli('status'),
        shows: /Canary done/,
      },
      {
        kind: 'type',
        why: 'Correct the file.',
        command: edit(TYPO),
        done: isCorrected(TYPO),
      },
      {
        kind: 'look',
        at: 'what would differ, and nothing else.',
        command: (stage) => cli('amend', stage.file)(stage),
        shows: /what you can do now/,
      },
      {
        kind: 'type',
        why: 'Amend the run. The approval is taken back, for other words stand there.',
        command: (stage) =>
          cli('amend', stage.file, '--go', '--by', 'Ann', '--reason', 'a typo in the subject')(stage),
        done: async (stage) => ((await stage.row())?.version ?? 1) > 1,
      },
      approval,
      {
        kind: 'type',
        why: 'The canary once more, with the new words: your own mailbox gets them, and no customer again.',
        command: cli('resume', '--by', 'Ann'),
        done: hasMailedNewWords,
      },
      {
        kind: 'happens',
        words: 'You look into the mailbox: "what you can do now".',
        deed: (stage) =>
          stage.until(
            'the canary to be done again',
            async () => (await stage.row())!.hold_kind === 'canary-done',
          ),
      },
      {
        kind: 'type',
        why: 'Go on with all others.',
        command: cli('resume', '--by', 'Ann'),
        done: async (stage) => (await stage.row())!.phase !== 'canary',
      },
    ],
    check: async ({ database: { db } }) => {
      const { rows } = await sql<{ version: number; told: string }>`
        SELECT c.version, COUNT(*) AS told FROM notices n
        JOIN claims c ON c.incident = n.incident AND c.claim_id = n.claim_id
        WHERE n.state = 'sent' GROUP BY c.version ORDER BY c.version`.execute(db);
      const told = rows.map((row) => `${row.told} by version ${row.version}`).join(', ');
      const asExpected = rows.length === 2 && Number(rows[0]!.told) === 20;
      return asExpected ? null : `20 should have been told by version 1, the others by version 2: ${told}`;
    },
  },
];
