import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { openSender } from '../../src/smtp/open-sender';
import type { Outcome, Outgoing, SendResult, SessionTrouble } from '../../src/smtp/outcome';
import { selfSigned } from '../smtp/self-signed';
import { until } from '../until';
import { type OwnPostfix, ownPostfix, postfixMissing } from './own-postfix';
import { CONVERSATIONS, hold } from './postfix-conversations';
import { SITUATIONS, type Situation } from './postfix-situations';

type Door = keyof typeof SITUATIONS;
const doors = Object.entries(SITUATIONS) as [Door, Situation][];

const missing = postfixMissing();
if (missing !== null) console.warn(`A real Postfix is not tried: ${missing}.`);
const describeWhereInstalled = missing === null ? describe : describe.skip;

/** Twelve customers of a domain of their own, so that one log tells the situations apart. */
function batchOf(door: string): Outgoing<number>[] {
  return Array.from({ length: 12 }, (_, i) => ({
    key: i + 1,
    address: `c${i + 1}@${door}.test`,
    from: 'care@shop.test',
    content: Buffer.from(`Message-ID: <${i + 1}@${door}.test>\r\nSubject: notice ${i + 1}\r\n\r\nHello\r\n`),
    smtputf8: false,
  }));
}

async function sendThrough(url: string, door: string, sessions = 1): Promise<SendResult> {
  const sender = openSender<number>({ smtpUrl: url, sessions });
  const result = await sender.send(batchOf(door), () => null);
  await sender.close();
  return result;
}

const folder = mkdtempSync(join(tmpdir(), 'situations-'));
/** For all situations that need no other options. */
let relay: RelayProcess;
beforeAll(async () => {
  relay = await startRelayProcess(folder);
});
afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true });
});

const certificate = selfSigned('DNS:localhost');
afterAll(() => certificate?.remove());

describeWhereInstalled('against a real Postfix', () => {
  let postfix: OwnPostfix<Door | 'impatient'>;
  beforeAll(async () => {
    const settings = doors.map(([name, { postfix }]) => [name, postfix] as const);
    const all = Object.fromEntries(settings) as Record<Door, Situation['postfix']>;
    const tls = certificate && {
      smtpd_tls_cert_file: certificate.caFile,
      smtpd_tls_key_file: certificate.keyFile,
    };
    postfix = await ownPostfix(
      { ...all, impatient: { smtpd_timeout: '5s' } },
      // The tarpit is Postfix's own matter: a second for every reply after the tenth error.
      { settings: { smtpd_error_sleep_time: '0', ...tls } },
    );
  });
  afterAll(() => postfix.end());

  /** Whoever else it has taken is in its log, too, once nothing is left in its queue. */
  async function inLogOnceDone(door: string, atLeast: number): Promise<string[][]> {
    let inLog: string[][] = [];
    await until(
      `${atLeast} of ${door} in the log, and an empty queue`,
      async () => {
        inLog = await acceptedByLog(postfix.log, door);
        return inLog.length >= atLeast && (await postfix.queueEmpty());
      },
      () => inLog,
    );
    return acceptedByLog(postfix.log, door);
  }

  test.each(Object.entries(CONVERSATIONS))(
    'the capture relay says and logs what Postfix does: %s',
    async (_, conversation) => {
      await relay.control({ clear: true });
      await relay.control({
        add: {
          at: 'rcpt',
          match: '^c7@',
          reply: '550 5.1.1 <c7@lists.test>: Recipient address rejected: No such user',
        },
      });
      const real = await hold(Number(new URL(postfix.url('lists')).port), postfix.log, conversation);
      expect(await hold(relay.port, relay.log, conversation)).toEqual(real);
    },
  );

  test('a session that Postfix gives up while it is idle is nobody’s trouble', async () => {
    const sender = openSender<number>({ smtpUrl: postfix.url('impatient'), sessions: 1 });
    const before = await sender.send(batchOf('early'), () => null);
    await until('Postfix to give up', () => /timeout after \S+ from/.test(readFileSync(postfix.log, 'utf8')));
    const after = await sender.send(batchOf('late'), () => null);
    await sender.close();
    expect([before, after].map(({ outcomes }) => count(outcomes))).toEqual([
      { accepted: 12 },
      { accepted: 12 },
    ]);
    expect([...before.trouble, ...after.trouble]).toEqual([]);
  });

  test('postfix reload while messages are on their way: each is queued once (I2)', async () => {
    const batches = Array.from({ length: 20 }, (_, i) => `reload${i}`);
    const sender = openSender<number>({ smtpUrl: postfix.url('plain'), sessions: 2 });
    const sending = batches.map((door) => sender.send(batchOf(door), () => null));
    await sending[0];
    await postfix.reload();
    const results = await Promise.all(sending);
    await sender.close();
    for (const [i, result] of results.entries()) {
      expect(count(result.outcomes)).toEqual({ accepted: 12 });
      const accepted = queueIdsOf(result, batches[i]!).sort();
      expect((await inLogOnceDone(batches[i]!, 12)).sort()).toEqual(accepted);
    }
  });

  test('an address that needs SMTPUTF8 is sent where Postfix offers it and skipped where not (C14)', async () => {
    const outcomeAt = async (door: Door) => {
      const sender = openSender<number>({ smtpUrl: postfix.url(door), sessions: 1 });
      const [first] = batchOf(door);
      const result = await sender.send(
        [{ ...first!, address: 'jörg@umlaut.test', smtputf8: true }],
        () => null,
      );
      await sender.close();
      return result.outcomes[0];
    };
    expect(await outcomeAt('plain')).toMatchObject({ kind: 'accepted' });
    expect(await outcomeAt('noutf8')).toMatchObject({ kind: 'skipped', reason: 'smtputf8-not-offered' });
  });

  (certificate === null ? test.skip : test)(
    'STARTTLS with its own certificate: only where that is known (C02)',
    async () => {
      const url = postfix.url('tlsmust').replace('127.0.0.1', 'localhost');
      const known = await sendThrough(`${url}?tls=required&ca=${certificate!.caFile}`, 'tlsknown');
      expect(count(known.outcomes)).toEqual({ accepted: 12 });
      const unknown = await sendThrough(`${url}?tls=required`, 'tlsunknown');
      expect(unknown.trouble).toMatchObject([{ kind: 'tls', at: 'starttls', code: null }]);
      // A password is not given to a relay that does not ask for one.
      const password = url.replace('//', '//nora:secret@');
      const refused = await sendThrough(`${password}?tls=required&ca=${certificate!.caFile}`, 'tlsauth');
      expect(refused.trouble).toMatchObject([{ kind: 'auth', code: null }]);
    },
  );

  // What guards each is told where the rule is: smtp-outcome.ts, trouble.ts and transmit.ts.
  test.each(doors)(
    '%s: what we call accepted is queued, and nobody else (I1, I2)',
    async (door, expected) => {
      const result = await sendThrough(postfix.url(door), door, expected.sessions);
      expect({ outcomes: count(result.outcomes), trouble: saidOnce(result.trouble) }).toEqual({
        outcomes: expected.outcomes,
        trouble: expected.trouble ?? [],
      });
      const accepted = queueIdsOf(result, door).filter(([to]) => to !== DISCARDED);
      expect((await inLogOnceDone(door, accepted.length)).sort()).toEqual(accepted.sort());
    },
  );
});

// The same outcomes: the relay by which everything else is tested does what Postfix does.
test.each(doors)('%s: the capture relay is no other judge than Postfix', async (door, situation) => {
  const own = situation.relayArgs
    ? await startRelayProcess(mkdtempSync(join(folder, 'own-')), situation.relayArgs)
    : relay;
  await own.control({ clear: true });
  for (const rule of situation.relay ?? []) await own.control({ add: rule });
  const result = await sendThrough(`smtp://127.0.0.1:${own.port}`, door, situation.sessions);
  const inLog = await acceptedByLog(own.log, door);
  if (own !== relay) await own.stop();
  expect({ outcomes: count(result.outcomes), trouble: saidOnce(result.trouble) }).toEqual({
    outcomes: situation.outcomes,
    trouble: situation.trouble ?? [],
  });
  expect(inLog.sort()).toEqual(queueIdsOf(result, door).sort());
});

/** A header check's DISCARD: a 250, and nothing in the queue. */
const DISCARDED = 'c4@headers.test';

function count(outcomes: Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const words =
      outcome.kind === 'refused'
        ? `${outcome.verdict} ${outcome.at} ${outcome.code} ${outcome.enhanced}`
        : outcome.kind;
    counts[words] = (counts[words] ?? 0) + 1;
  }
  return counts;
}

function saidOnce(trouble: SessionTrouble[]): string[] {
  return [...new Set(trouble.map(({ kind, at, code, enhanced }) => `${kind} ${at} ${code} ${enhanced}`))];
}

function queueIdsOf({ outcomes }: SendResult, door: string): string[][] {
  return batchOf(door).flatMap(({ address }, i) => {
    const outcome = outcomes[i]!;
    return outcome.kind === 'accepted' ? [[address, outcome.queueId!]] : [];
  });
}

async function acceptedByLog(log: string, door: string): Promise<string[][]> {
  const accepted: string[][] = [];
  for (const { to, queueId } of await acceptancesIn(log))
    if (to.endsWith(`@${door}.test`)) accepted.push([to, queueId]);
  return accepted;
}
