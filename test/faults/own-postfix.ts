import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { choosePort } from '../../scripts/stack/choose-port';
import { until } from '../until';

/** Settings as in main.cf. */
export type PostfixSettings = Record<string, string>;

/** A real Postfix of its own: its folder holds configuration, queue and log; it listens on loopback only and delivers nowhere. */
export interface OwnPostfix<Door extends string> {
  folder: string;
  /** Its mail log, as postlogd writes it. */
  log: string;
  url(door: Door): string;
  start(): Promise<void>;
  /** As the operator does; what is under way in its processes is cut off. */
  stop(): Promise<void>;
  reload(): Promise<void>;
  /** kill -9 of its master and of every process that this has started. */
  kill9(): Promise<void>;
  /** SIGSTOP: every process stands still where it is, the connections stay; and on again. */
  freeze(): void;
  thaw(): void;
  /** What it has not yet got rid of is none of the log's last words. */
  queueEmpty(): Promise<boolean>;
  end(): Promise<void>;
}

/** Why there can be none here; null where there can. */
export function postfixMissing(): string | null {
  if (!existsSync(POSTFIX)) return `there is no ${POSTFIX} (apt-get install postfix)`;
  if (process.getuid?.() !== 0) return 'Postfix starts as root only';
  if (id('passwd', 'postfix') === null || id('group', 'postdrop') === null)
    return 'the user postfix or the group postdrop is missing';
  return null;
}

/**
 * Started, with one smtpd for each door: each with settings of its own, so that one instance shows every situation. What begins
 * with `cleanup.` goes to that door's cleanup. A setting names another door's port as `$port_DOOR`.
 * @param maps files beside main.cf, by name.
 */
export async function ownPostfix<Door extends string>(
  doors: Record<Door, PostfixSettings>,
  { settings = {}, maps = {} }: { settings?: PostfixSettings; maps?: Record<string, string> } = {},
): Promise<OwnPostfix<Door>> {
  const folder = mkdtempSync(join(tmpdir(), 'postfix-'));
  const log = join(folder, 'mail.log');
  // The user postfix must get through to its queue.
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(maps)) writeFileSync(join(folder, name), text);
  for (const name of ['queue', 'data']) mkdirSync(join(folder, name));
  chownSync(join(folder, 'data'), id('passwd', 'postfix')!, 0);
  const names = Object.keys(doors) as Door[];
  const ports = {} as Record<Door, number>;
  for (const name of names) {
    // Nobody holds a free port once it is chosen: of thirty, two were the same one time in a hundred.
    do ports[name] = await choosePort('Postfix', 0, () => undefined);
    while (names.some((other) => other !== name && ports[other] === ports[name]));
  }
  writeFileSync(
    join(folder, 'main.cf'),
    lines({ ...mainSettings(folder, log), ...portSettings(ports), ...settings }),
  );
  writeFileSync(
    join(folder, 'master.cf'),
    [...names.map((name) => door(name, ports[name], doors[name])), ...SERVICES, ''].join('\n'),
  );
  const postfix = (verb: string) => promisify(execFile)(POSTFIX, ['-c', folder, verb], { timeout: 30_000 });
  const masterPid = () => Number(readFileSync(join(folder, 'queue/pid/master.pid'), 'utf8'));
  const signalAll = (signal: NodeJS.Signals) => {
    const master = masterPid();
    for (const pid of [master, ...childrenOf(master)]) process.kill(pid, signal);
  };
  const silent = async () =>
    (await Promise.all(names.map((name) => isListening(ports[name])))).every((yes) => !yes);
  const own: OwnPostfix<Door> = {
    folder,
    log,
    url: (name) => `smtp://127.0.0.1:${ports[name]}`,
    // `master -w` returns once every door is open.
    start: async () => void (await postfix('start')),
    stop: async () => void (await postfix('stop')),
    reload: async () => void (await postfix('reload')),
    kill9: async () => {
      // The master first, so that it replaces nobody; alone it would leave smtpd processes that hold the port and wait for a cleanup
      // that is gone, for 100 s and more (seen with 3.7).
      signalAll('SIGKILL');
      await until('the end of every process of the killed Postfix', silent);
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    queueEmpty: async () => {
      const { stdout } = await promisify(execFile)('/usr/sbin/postqueue', ['-c', folder, '-j']);
      return stdout.trim() === '';
    },
    end: async () => {
      // A test that failed may have left it frozen: it would neither hear of its end nor let go of its port.
      try {
        own.thaw();
      } catch {
        // It does not run.
      }
      await postfix('stop').catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await own.start();
  } catch (error) {
    await own.end();
    throw error;
  }
  return own;
}

const POSTFIX = '/usr/sbin/postfix';

function mainSettings(folder: string, log: string): PostfixSettings {
  return {
    compatibility_level: '3.6',
    queue_directory: join(folder, 'queue'),
    data_directory: join(folder, 'data'),
    maillog_file: log,
    maillog_file_prefixes: folder,
    myhostname: 'mx.shop.test',
    // It throws away what it takes: the example may be told through it (parts/capture-relay.ts).
    smtpd_banner: 'capture.test ESMTP Postfix',
    mydestination: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    alias_maps: '',
    alias_database: '',
    // Whatever it is, it goes nowhere, and nobody is told of it.
    default_transport: 'discard:',
    relay_transport: 'discard:',
    local_transport: 'discard:',
    notify_classes: '',
    disable_dns_lookups: 'yes',
  };
}

/** Parameters of our own: Postfix puts them in where main.cf and master.cf name them. */
function portSettings(ports: Record<string, number>): PostfixSettings {
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [`port_${name}`, String(port)]));
}

function door(name: string, port: number, settings: PostfixSettings): string {
  const own = Object.entries(settings).filter(([key]) => !key.startsWith('cleanup.'));
  const cleanup = Object.entries(settings)
    .filter(([key]) => key.startsWith('cleanup.'))
    .map(([key, value]) => [key.slice('cleanup.'.length), value] as const);
  if (cleanup.length > 0) own.push(['cleanup_service_name', `cleanup-${name}`]);
  const options = (all: typeof cleanup) => all.map(([key, value]) => `  -o {${key}=${value}}`);
  return [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    ...options(own),
    ...(cleanup.length > 0 ? [`cleanup-${name} unix n - n - 0 cleanup`, ...options(cleanup)] : []),
  ].join('\n');
}

/** What a Postfix needs that takes mail and throws it away. */
const SERVICES = [
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'pickup unix n - n 60 1 pickup',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'flush unix n - n 1000? 0 flush',
  'proxymap unix - - n - - proxymap',
  'showq unix n - n - - showq',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'discard unix - - n - - discard',
  'smtp unix - - n - - smtp',
  'scache unix - - n - 1 scache',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd',
];

function lines(settings: PostfixSettings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}

function id(database: 'passwd' | 'group', name: string): number | null {
  try {
    return Number(execFileSync('getent', [database, name], { encoding: 'utf8' }).split(':')[2]);
  } catch {
    return null;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

/** In /proc/PID/stat, after the name in parentheses and the state. */
function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null; // gone meanwhile
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
