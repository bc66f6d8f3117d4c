import type { CustomerCounts } from '../company/count/count-customers';
import { MOST_BYTES } from '../notice/compile-notice';
import { canaryLines } from './canary-text';
import type { Classification, CountedCustomers } from './classify-customers';
import { type DryRun, findingLines, verdict } from './dry-run';
import { cohortOf, type DryRunCompany } from './dry-run-company';
import { mappingLines } from './mapping-text';
import { counted, duration, number, printable, skipWords, table, utc } from './words';

/** The dry run for people; its last line says whether the run may start. */
export function dryRunText(run: DryRun): string {
  const { company } = run;
  return [
    `Dry run of ${run.file}: nothing is sent, nothing is changed.`,
    '',
    ...table([
      ['Incident', `${run.incidentId}: ${run.title}`],
      ['Cutoff', `${utc(run.cutoff)}; passwords set up to then are expired`],
      ['File hash', run.fileHash],
      ['Content hash', `${run.contentHash} (what approve names)`],
      ...startedLine(run),
    ]),
    '',
    ...mappingLines(run.mapping, company?.entries ?? null),
    ...(company?.counts ? cohortLines(company, company.counts) : []),
    ...(company?.classification ? keyLines(run.mapping, company.classification) : []),
    ...(company ? earlierLines(company) : []),
    ...(company?.classification ? noticeLines(company) : []),
    ...variantLines(run),
    ...canaryLines(run.canaryMail),
    ...(run.estimate ? estimateLines(run, run.estimate) : []),
    ...partLines(run),
    ...(company && company.statements.length > 0 ? statementLines(company.statements) : []),
    ...findingLines(run.findings),
    verdict(run),
  ].join('\n');
}

function startedLine({ started }: DryRun): [string, string][] {
  if (started === null) return [];
  const since = `${started.startedAt.slice(0, 19)} UTC by ${printable(started.startedBy)}`;
  return [
    [
      'Started',
      `${since}; phase ${started.phase}. The counts are as of now: a customer whose password was expired counts as without one`,
    ],
  ];
}

function cohortLines({ entries }: DryRunCompany, counts: CustomerCounts): string[] {
  const { expired, expiredBefore, changedSince, none, outside, leftOut } = counts;
  const examples = (i: number) => (entries?.leftOut[i] ?? []).map((id) => printable(id, 64));
  return [
    'Customers as they are now',
    ...numbers([
      ['in the cohort', cohortOf(counts), 'accounts that were there at the cutoff'],
      ['  passwords to expire', expired, 'password from before the cutoff, or of unknown age'],
      ...(expiredBefore > 0
        ? [
            [
              '  expired before',
              expiredBefore,
              'by an earlier incident, and no new password since: counted as expired here, too',
            ] as Line,
          ]
        : []),
      ['  changed since', changedSince, 'chose a new password after the cutoff, which stays'],
      ['  without a password', none, 'sign in another way'],
      ['not in the cohort', outside, 'accounts made after the cutoff'],
      ...leftOut.map(({ because, customers }, i): Line => {
        const some = examples(i).length > 0 ? ` (such as ${examples(i).join(', ')})` : '';
        return ['left out', customers, `${printable(because)}${some}`];
      }),
    ]),
    '',
  ];
}

/** What of the customers leaves their database although no notice does (C93). */
function keyLines({ customers }: DryRun['mapping'], { personalKeys }: Classification): string[] {
  if (personalKeys.customers === 0) return [];
  const { table, key } = customers;
  const { customers: named, addresses } = personalKeys;
  const some = addresses > 0 ? `, of ${number(addresses)} an address` : '';
  return [
    `The key ${printable(table === undefined ? key : `${table}.${key}`)} may say whose it is: of ${counted(named, 'customer')} it is no number, UUID or digest${some}.`,
    'Temporal and the dot journals get a MAC in its place.',
    '',
  ];
}

/** For whom this notice would not be the first (C78). */
function earlierLines({ earlier }: DryRunCompany): string[] {
  if (earlier.length === 0) return [];
  return [
    'Told before, of the customers who would be in the cohort',
    ...earlier.map(
      ({ incidentId, title, startedAt, told, inCohort }) =>
        `  ${printable(incidentId)} (${startedAt.slice(0, 10)}, ${printable(title, 60)}): ${number(told)} were told, ${number(inCohort)} were in its cohort`,
    ),
    '',
  ];
}

function noticeLines({ classification, shared }: DryRunCompany): string[] {
  const { told, skipped, trimmed, byName, neutral, languages, places } = classification!;
  const reasons = Object.entries(skipped).sort(([, left], [, right]) => right.customers - left.customers);
  const all = reasons.reduce((sum, [, { customers }]) => sum + customers, 0);
  const spellings = [...languages].sort(([, left], [, right]) => right.customers - left.customers);
  const neutrals = Object.entries(neutral).sort(([, left], [, right]) => right - left);
  const unnamed = neutrals.reduce((sum, [, customers]) => sum + customers, 0);
  return [
    'Notices',
    ...numbers([
      ['would be told', told, 'one e-mail each'],
      ['would be skipped', all, all === 0 ? '' : 'no e-mail can reach them; tell them another way'],
      ...reasons.map(
        ([reason, counts]): Line => [
          `  ${reason}`,
          counts.customers,
          withExamples(skipWords([reason, ...(counts.codePoints ?? [])].join(' ')), counts),
        ],
      ),
    ]),
    '',
    ...numbers([
      ['greeted by name', byName, ''],
      ['greeted without a name', unnamed, ''],
      ...neutrals.map(([reason, customers]): Line => [`  ${reason}`, customers, NEUTRAL_WORDS[reason] ?? '']),
      ...(trimmed.customers > 0
        ? [
            [
              'spaces dropped',
              trimmed.customers,
              withExamples('white space around the address', trimmed),
            ] as Line,
          ]
        : []),
      ...(shared
        ? [
            [
              'shared addresses',
              shared.addresses,
              `${counted(shared.customers, 'customer')}; each gets their own notice`,
            ] as Line,
          ]
        : []),
    ]),
    ...(shared ? [] : ['  shared addresses      not counted: the address has no index']),
    '',
    'Languages as the database has them, and the texts for each',
    ...numbers(
      spellings
        .slice(0, MOST_SPELLINGS)
        .map(
          ([spelling, { texts, isDefault, customers }]): Line => [
            spelling === '' ? '(none)' : printable(spelling, 20),
            customers,
            isDefault ? `${texts} (the default)` : texts,
          ],
        ),
    ),
    ...andMore(spellings.length),
    '',
    ...placeLines(places),
  ];
}

function placeLines(places: Classification['places']): string[] {
  if (places.size === 0) return [];
  const spellings = [...places].sort(([, left], [, right]) => right.customers - left.customers);
  return [
    'Countries and regions as the database has them, and the law for each',
    ...numbers(
      spellings
        .slice(0, MOST_SPELLINGS)
        .map(
          ([place, { jurisdiction, customers }]): Line => [
            place === '' ? '(none)' : printable(place, 20),
            customers,
            jurisdiction === 'default' ? 'none in particular' : jurisdiction,
          ],
        ),
    ),
    ...andMore(spellings.length),
    '',
  ];
}

function andMore(spellings: number): string[] {
  return spellings > MOST_SPELLINGS ? [`  and ${number(spellings - MOST_SPELLINGS)} more`] : [];
}

const MOST_SPELLINGS = 25;

const NEUTRAL_WORDS: Record<string, string> = {
  unreadable: 'letters were lost, or control characters',
  mangled: 'stored in the wrong character set',
  link: 'would become a link',
  number: 'looks like a number to call',
  markup: 'has signs of markup or of a template',
};

const LONGEST_KEY = 'en/massachusetts/changed_since '.length;

function variantLines({ variants }: DryRun): string[] {
  const idle = variants.filter(({ customers }) => customers === 0);
  return [
    'Variants of the notice: language, law, what became of the password',
    ...variants
      .filter(({ customers }) => customers !== 0)
      .map(({ key, subject, bytes, hash, customers }) => {
        const who = key.padEnd(LONGEST_KEY);
        const many = (customers === null ? '' : number(customers)).padStart(11);
        const size = `${number(bytes).padStart(7)} bytes${bytes > MOST_BYTES ? ' (TOO LARGE)' : ''}`;
        return `  ${who}${many}  ${size}  ${hash.slice(0, 12)}  "${printable(subject, 80)}"`;
      }),
    ...(idle.length > 0 ? [`  and ${counted(idle.length, 'variant')} that no customer would get now`] : []),
    '',
  ];
}

function estimateLines(
  { canary }: DryRun,
  { expireSeconds, notifySeconds }: NonNullable<DryRun['estimate']>,
) {
  const mailboxes = canary.mailboxes.length;
  const first = [
    ...(mailboxes > 0 ? [counted(mailboxes, 'mailbox', 'mailboxes')] : []),
    ...(canary.customers > 0 ? [`the first ${counted(canary.customers, 'customer')}`] : []),
  ].join(' and ');
  return [
    'Time',
    ...table([
      ['expiry', `about ${duration(expireSeconds)} (at 50,000 customers a second)`],
      ['approval', 'waits for: npm run cli -- approve'],
      ...(first
        ? ([
            [
              'canary',
              `${first}, then the run ${canary.afterwards === 'hold' ? 'waits for resume' : 'goes on'}`,
            ],
          ] as [string, string][])
        : []),
      ['notices', `about ${duration(notifySeconds)} at the file's pace`],
    ]),
    '',
  ];
}

function partLines({ relay, temporal, calls, messagesAtOnce }: DryRun): string[] {
  const utf8 = (offered: boolean) => (offered ? 'SMTPUTF8 offered' : 'SMTPUTF8 not offered');
  const relayWords =
    'problem' in relay
      ? 'MISSING (see below)'
      : `${relay.display}: ready, ${relay.secured}${relay.loggedIn ? ', logged in' : ''}, ${relay.pipelining ? 'PIPELINING' : 'no PIPELINING (slow)'}, ${utf8(relay.smtputf8)}${relay.relays > 1 ? `; at most ${counted(messagesAtOnce, 'message')} at once over all (relay.sessions)` : ''}`;
  const workers =
    temporal.workers === null
      ? '; a worker waits for the first start: npm run worker'
      : temporal.workers === 0
        ? '; no worker yet: npm run worker'
        : `; ${counted(temporal.workers, 'worker')}`;
  return [
    'Parts',
    ...table([
      ['relay', relayWords],
      [
        'Temporal',
        temporal.problem === null ? `${temporal.address}: ready${workers}` : 'MISSING (see below)',
      ],
      ['called', printable(calls, 300)],
    ]),
    '',
  ];
}

function statementLines(statements: string[]): string[] {
  return [
    "What the run sends to the company's tables, one transaction for every 5,000 customers",
    ...statements.map((statement) => `  ${printable(statement, 4_000)};`),
    '',
  ];
}

type Line = [name: string, count: number, meaning: string];

function numbers(lines: Line[]): string[] {
  return lines.map(([name, count, meaning]) =>
    `  ${name.padEnd(22)}${number(count).padStart(11)}  ${meaning}`.trimEnd(),
  );
}

function withExamples(words: string, { examples }: CountedCustomers): string {
  return examples.length === 0
    ? words
    : `${words} (such as ${examples.map((id) => printable(id, 64)).join(', ')})`;
}
