import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { openSender } from '../../src/smtp/open-sender';
import { outgoings } from './outgoing';
import { selfSigned } from './self-signed';

const folders: string[] = [];
const relays: RelayProcess[] = [];
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function relayWith(...args: string[]): Promise<RelayProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'smtp-session-'));
  folders.push(folder);
  const relay = await startRelayProcess(folder, args);
  relays.push(relay);
  return relay;
}

/** Queue id of each recipient that the relay's own log calls sent. */
function sentByLog(relay: RelayProcess): Map<string, string[]> {
  const sent = new Map<string, string[]>();
  const lines = readFileSync(relay.log, 'utf8').matchAll(/ (\w+): to=<([^>]*)>.* status=sent/g);
  for (const [, queueId, to] of lines) sent.set(to!, [...(sent.get(to!) ?? []), queueId!]);
  return sent;
}

const always = () => null;

test('what the sender calls accepted is in the relay log, once, under the same queue id (I2)', async () => {
  const relay = await relayWith();
  const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 4 });
  const batch = outgoings(2_000);
  const { outcomes, trouble } = await sender.send(batch, always);
  await sender.close();
  expect(trouble).toEqual([]);
  const told = new Map(batch.map(({ address }, i) => [address, [queueId(outcomes[i]!)]]));
  expect(sentByLog(relay)).toEqual(told);
});

test('in a relay that refuses, defers and cuts, the log agrees with every outcome (I1, I2)', async () => {
  const rules = [
    { at: 'rcpt', reply: '550 5.1.1 no such user', match: '0@', every: 7 },
    { at: 'rcpt', reply: '450 4.2.1 later', match: '1@', every: 5 },
    { at: 'dot', action: 'drop', every: 101 },
    { at: 'dot', action: 'drop-after', every: 157 },
    { at: 'mail', reply: '452 4.4.5 too many messages this session', acceptedInSession: 60 },
  ];
  const relay = await relayWith(...rules.flatMap((rule) => ['--rule', JSON.stringify(rule)]));
  const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 3 });
  const batch = outgoings(1_000);
  const { outcomes } = await sender.send(batch, always);
  await sender.close();
  const sent = sentByLog(relay);
  for (const [i, outcome] of outcomes.entries()) {
    const inLog = sent.get(batch[i]!.address) ?? [];
    if (outcome.kind === 'accepted') expect(inLog).toEqual([outcome.queueId]);
    else if (outcome.kind === 'unknown') expect(inLog.length).toBeLessThanOrEqual(1);
    else expect(inLog).toEqual([]);
  }
  const kinds = new Set(outcomes.map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(['accepted', 'refused', 'unknown']));
});

const certificate = selfSigned('DNS:localhost');
afterAll(() => certificate?.remove());

(certificate === null ? test.skip : test)('STARTTLS and AUTH (skipped only without openssl)', async () => {
  const { caFile, keyFile } = certificate!;
  const relay = await relayWith(
    ...['--tls', 'starttls', '--cert', caFile, '--key', keyFile, '--user', 'nora', '--password', 's3cret@'],
  );
  const url = (password: string) =>
    `smtp://nora:${password}@localhost:${relay.port}?tls=required&ca=${caFile}`;
  const sender = openSender<number>({ smtpUrl: url('s3cret%40'), sessions: 2 });
  const { outcomes } = await sender.send(outgoings(50), always);
  await sender.close();
  expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
  const wrong = openSender<number>({ smtpUrl: url('wrong'), sessions: 1 });
  const refused = await wrong.send(outgoings(1), always);
  await wrong.close();
  expect(refused.trouble).toMatchObject([{ kind: 'auth', at: 'auth', code: 535 }]);
});

function queueId(outcome: object): string | null {
  return 'queueId' in outcome ? (outcome.queueId as string) : null;
}
