/** A variable of the environment that this program reads. `--help` and docs/verbs.md show them all. */
export interface Variable {
  name: string;
  example: string;
  means: string;
  /** What holds without it. */
  without: string;
  /** Who reads it. */
  readBy: 'everything' | 'worker' | 'preview' | 'audit' | 'stack';
}

export const ENVIRONMENT: Variable[] = [
  {
    name: 'DATABASE_URL',
    example: 'mysql://user:password@db.internal:3306/shop',
    means:
      "The company's schema. Ours, shop_breach_response, is made beside it. Off this machine TLS is required.",
    without: 'The database of npm run stack.',
    readBy: 'everything',
  },
  {
    name: 'TEMPORAL_ADDRESS',
    example: 'temporal.internal:7233',
    means: 'The Temporal server.',
    without: "The one of npm run stack; where none runs here, the one that Temporal's own file names.",
    readBy: 'everything',
  },
  {
    name: 'TEMPORAL_*',
    example: 'TEMPORAL_NAMESPACE=prod TEMPORAL_API_KEY=…',
    means:
      "Temporal's own environment configuration: namespace, TLS, API key, profile (TEMPORAL_PROFILE), and its file (TEMPORAL_CONFIG_FILE, by default temporalio/temporal.toml where programs keep theirs). Nothing of it is used for the embedded server.",
    without: 'The namespace default, without TLS.',
    readBy: 'everything',
  },
  {
    name: 'TEMPORAL_UI_URL',
    example: 'https://temporal-ui.internal',
    means: 'Where the Web UI is, so that start can name the page of the run.',
    without: 'No link is shown for a server of your own.',
    readBy: 'everything',
  },
  {
    name: 'SMTP_URL',
    example: 'smtp://user:password@relay.internal:587',
    means:
      'The mail relay. smtp:// wants STARTTLS off this machine, smtps:// is TLS from the start. Several relays: their URLs with spaces between, each with a name of its own after a #, such as `smtp://a.internal:25#one smtp://b.internal:25#two` (relay.md says how they share the mail).',
    without: 'The capture relay of npm run stack, which delivers nowhere.',
    readBy: 'everything',
  },
  {
    name: 'RELAY_LOG',
    example: '/var/log/mail.log:/var/log/mail.log.1',
    means: "The relay's own logs, colons between. The canary's hold then says whether they can be believed.",
    without: 'The hold says that no log was named.',
    readBy: 'worker',
  },
  {
    name: 'ON_HOLD_PROGRAMS',
    example: '/usr/local/bin/page',
    means:
      'The programs that `onHold.command` of the incident file may run on this machine, by their whole paths, colons between. The file is in the ledger: whoever can write there must not run what they like here.',
    without: 'No program is run. A webhook is called all the same.',
    readBy: 'worker',
  },
  {
    name: 'STOP_SECONDS',
    example: '60',
    means:
      'How long a worker that is told to stop (SIGTERM) waits for the answers of the relay: 1 to 660. Give systemd (TimeoutStopSec) or Docker (stop -t) ten seconds more. Whoever has no answer by then is in doubt, one a session at most.',
    without: '660: as long as a relay may take (RFC 5321 4.5.3.2.6).',
    readBy: 'worker',
  },
  {
    name: 'AUDIT_ANCHOR',
    example: '/mnt/worm/audit.anchor',
    means:
      'Keeps the head of the audit log outside the database, at each decision: a file, to which a line is appended and flushed, or a command that gets it (`| logger -t breach-audit`). `verify --anchor FILE` compares.',
    without: "The heads are in the run's memo in Temporal and in the worker's log only.",
    readBy: 'everything',
  },
  {
    name: 'LOG_LEVEL',
    example: 'debug',
    means: 'How much a worker tells: trace, debug, info, warn, error, fatal or silent.',
    without: 'info',
    readBy: 'worker',
  },
  {
    name: 'BREACH_RESPONSE_LOCAL',
    example: '/var/lib/breach-response',
    means: 'The folder of the embedded parts and of the dot journals. It must be on a local disk.',
    without: '.local beside package.json.',
    readBy: 'everything',
  },
  {
    name: 'CHROMIUM',
    example: '/opt/chromium/chrome',
    means: "The browser that takes the preview's screenshots.",
    without: 'A Chromium on the PATH; without any there are no screenshots.',
    readBy: 'preview',
  },
  {
    name: 'SUDO_USER',
    example: 'jane',
    means: 'Set by sudo: the audit log names this person.',
    without: 'The login name; --by names somebody else.',
    readBy: 'audit',
  },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    example: '/etc/ssl/private-ca.pem',
    means:
      "Node's own: certificates of a private CA, for the relay and Temporal. ca=FILE in the URL says it for one part.",
    without: 'The CAs that Node comes with.',
    readBy: 'everything',
  },
  {
    name: 'PATH',
    example: '/usr/bin:/opt/mysql/bin',
    means: 'Where mariadbd or mysqld, temporal, a Chromium and other programs are looked for.',
    without: 'What is not found is fetched, or done without.',
    readBy: 'stack',
  },
];

/** In lines for --help: those that say where the parts are. */
export function environmentHelp(): string {
  const shown = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'SMTP_URL', 'RELAY_LOG'];
  const lines = ENVIRONMENT.filter(({ name }) => shown.includes(name)).map(
    ({ name, example, readBy }) => `  ${name.padEnd(18)}${example}${readBy === 'worker' ? ' (workers)' : ''}`,
  );
  return ['Environment (without: the parts of npm run stack; all of it: docs/verbs.md):', ...lines].join(
    '\n',
  );
}
