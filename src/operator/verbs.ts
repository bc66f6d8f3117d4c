import type { Command } from 'commander';

/** One word of `npm run cli --`. `--help` and docs/verbs.md show all of it. */
export interface Verb {
  /** Gives the verb its arguments and options. Loaded when asked for: what all of them need takes a second to load. */
  load: () => (command: Command) => unknown;
  /** What it reads and what it changes. */
  effect: string;
  example: string;
  /** Where its exit codes say more than EXIT_CODES. */
  exits?: string;
}

export const EXIT_CODES =
  '0 fine, 1 the operation failed or the check does not hold, 2 wrong usage, 3 not finished or waiting.';

const FAULTY_FILE = '2 also for a file with problems.';

/** Everything that an operator says to a run or asks of it, in the order of a night. */
export const VERBS: Record<string, Verb> = {
  init: {
    load: () => require('./init').describeInit,
    effect: 'Needs none of the parts. Writes the file that --out names.',
    example: 'npm run cli -- init --languages en,de --laws gdpr,california --out my-incident.yaml',
  },
  map: {
    load: () => require('./map').describeMap,
    effect: 'Only reads the database. Writes the file that --out names.',
    example: 'npm run cli -- map --out database.yaml',
    exits: '0 nothing is open, 3 there are questions, 1 no table could be the customers.',
  },
  preview: {
    load: () => require('./preview').describePreview,
    effect: 'Needs none of the parts. Writes the folder that --out names.',
    example: 'npm run cli -- preview my-incident.yaml --out preview',
    exits: FAULTY_FILE,
  },
  statements: {
    load: () => require('./statements').describeStatements,
    effect: 'Only reads.',
    example: 'npm run cli -- statements my-incident.yaml',
    exits: FAULTY_FILE,
  },
  grants: {
    load: () => require('./grants').describeGrants,
    effect: 'Only reads.',
    example: 'npm run cli -- grants my-incident.yaml --role worker --user "breach@10.0.0.%"',
    exits: FAULTY_FILE,
  },
  start: {
    load: () => require('./start').describeStart,
    effect: 'Only reads without --go. With it: makes our schema and the books, and starts the run.',
    example: 'npm start -- my-incident.yaml --go',
    exits: '1 also when the dry run found something that stops the start; 2 also for a file with problems.',
  },
  'test-send': {
    load: () => require('./test-send').describeTestSend,
    effect:
      'Sends mail, only to the addresses of --to. Makes our schema where there is none; writes the audit log.',
    example: 'npm run cli -- test-send my-incident.yaml --to jo@company.example',
    exits: '1 also when the relay refused one; 2 also for a file with problems.',
  },
  status: {
    load: () => require('./status').describeStatus,
    effect: 'Only reads.',
    example: 'npm run cli -- status --watch',
    exits:
      'With --check: 0 it runs, or waits and goes on without you; 3 it waits for you; 1 no run, no worker, or it fails again and again; 4 it is over.',
  },
  pause: {
    load: () => require('./pause').describePause,
    effect:
      'Closes the gate: once this command returns, no claim commits. With --domain: no claim takes a customer of that receiver.',
    example: 'npm run cli -- pause --reason "counsel reads the texts again"',
  },
  resume: {
    load: () => require('./resume').describeResume,
    effect: 'Opens the gate and ends a hold. With --domain: opens that receiver alone.',
    example: 'npm run cli -- resume',
  },
  relays: {
    load: () => require('./relays').describeRelays,
    effect: 'Only reads.',
    example: 'npm run cli -- relays',
  },
  domains: {
    load: () => require('./domains').describeDomains,
    effect: 'Only reads.',
    example: 'npm run cli -- domains',
  },
  'hold-for-law-enforcement': {
    load: () => require('./hold-for-law-enforcement').describeHoldForLawEnforcement,
    effect:
      'Closes the gate, and nothing but --release opens it: once this command returns, no claim commits.',
    example:
      'npm run cli -- hold-for-law-enforcement --by "Jo Counsel" --reason "FBI Las Vegas, agent Roe, ref. 12-345"',
  },
  approve: {
    load: () => require('./approve').describeApprove,
    effect: 'Only shows without --content, and writes what would be sent to a folder. With it: approves.',
    example: 'npm run cli -- approve --by "Jo Counsel" --content HASH',
  },
  amend: {
    load: () => require('./amend').describeAmend,
    effect:
      'Only reads without --go. With it: changes what the run goes by, and takes the approval back where the words change.',
    example: 'npm run cli -- amend my-incident.yaml --go --by "Jo Counsel" --reason "a typo in the heading"',
    exits: '1 also when the file differs in what is never amended; 2 also for a file with problems.',
  },
  'set-rate': {
    load: () => require('./set-rate').describeSetRate,
    effect: 'Changes the pace of the run.',
    example: 'npm run cli -- set-rate 500',
  },
  cancel: {
    load: () => require('./cancel').describeCancel,
    effect: 'Closes the gate. With --yes: ends the run for good, which nothing undoes.',
    example: 'npm run cli -- cancel --yes --reason "the law asks for letters"',
  },
  settle: {
    load: () => require('./settle').describeSettle,
    effect: 'Only reads without --go. With it: changes the books of those in doubt.',
    example: 'npm run cli -- settle --postfix-log /var/log/mail.log /var/log/mail.log.1 --go',
    exits: '1 also when the log cannot be believed.',
  },
  reconcile: {
    load: () => require('./reconcile').describeReconcile,
    effect:
      'Only reads without --go. With it: closes the gate, rebuilds the books, takes this server as the right one.',
    example: 'npm run cli -- reconcile --journals /backup/host2/journal --go',
  },
  retry: {
    load: () => require('./retry').describeRetry,
    effect: 'Only reads without --go. With it: reopens the notices, and the run sends them.',
    example: 'npm run cli -- retry --code 550 --since 2h --reason "the block is lifted" --go',
  },
  remind: {
    load: () => require('./remind').describeRemind,
    effect:
      'Only reads without --go and --leave. With --go: the run sends the reminder. With --leave: the run closes without one.',
    example: 'npm run cli -- remind --go',
  },
  close: {
    load: () => require('./close').describeClose,
    effect: 'Only reads without --go. With it: the run closes, which nothing undoes.',
    example: 'npm run cli -- close',
    exits: '1 also while something keeps it from closing.',
  },
  lookup: {
    load: () => require('./lookup').describeLookup,
    effect: 'Only reads.',
    example: 'npm run cli -- lookup ann@example.com',
    exits: '1 also when nobody is found.',
  },
  report: {
    load: () => require('./report').describeReport,
    effect: 'Only reads. Writes the file that --unreached names.',
    example: 'npm run cli -- report --unreached unreached.csv',
    exits: '1 also when the proof does not hold, 3 when so far it does and the run is not finished.',
  },
  export: {
    load: () => require('./export').describeExport,
    effect:
      'Only reads. Writes the folder that --out names. With --customers: writes the audit log before it writes the folder.',
    example: 'npm run cli -- export --for regulator --out for-the-regulator',
    exits:
      '1 also when something in it does not add up, 3 when so far it does and the run is not finished. The folder is written either way.',
  },
  page: {
    load: () => require('./page').describePage,
    effect: 'Needs none of the parts. Writes index.html into the folder that --out names.',
    example: 'npm run cli -- page my-incident.yaml --out page',
    exits: FAULTY_FILE,
  },
  purge: {
    load: () => require('./purge').describePurge,
    effect:
      'Only reads without --go. With it: deletes what is due of a closed incident, which nothing undoes.',
    example: 'npm run cli -- purge --go --by "Jo Counsel"',
    exits: '1 also while the incident is not closed.',
  },
  upgrade: {
    load: () => require('./upgrade').describeUpgrade,
    effect: 'Brings the tables of our schema up to date. Changes no row of an incident but for new columns.',
    example: 'npm run cli -- upgrade',
    exits: '1 also while Temporal lists workers of this ledger.',
  },
  audit: {
    load: () => require('./audit').describeAudit,
    effect: 'Only reads.',
    example: 'npm run cli -- audit',
    exits: '1 also when the audit log is not whole.',
  },
  verify: {
    load: () => require('./verify').describeVerify,
    effect: 'Only reads.',
    example: 'npm run cli -- verify --anchor /mnt/worm/audit.anchor',
    exits: '1 also when a check does not hold.',
  },
};

/** A command with what its verb says of itself: what --help shows. */
export function describeVerb(name: string, command: Command): Command {
  const { load, effect, example } = VERBS[name]!;
  load()(command);
  return command.addHelpText('after', `\n${effect}\nExample: ${example}`);
}
