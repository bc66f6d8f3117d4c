import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAcceptances } from '../../scripts/judge/read-acceptances';
import { startRelayProcess } from '../../scripts/relay/relay-process';
import { waitUntil } from '../../scripts/stack/wait-until';
import { openSender } from '../../src/email/smtp/open-sender';
import type { Outcome, Outgoing, SendResult, SessionTrouble } from '../../src/email/smtp/outcome';
import { type OwnPostfix, ownPostfix, postfixMissing } from './own-postfix';
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
  const result = await sender.send(batchOf(door), () => true);
  await sender.close();
  return result;
}

describeWhereInstalled('against a real Postfix', () => {
  let postfix: OwnPostfix<Door>;
  beforeAll(async () => {
    const settings = doors.map(([name, { postfix }]) => [name, postfix] as const);
    postfix = await ownPostfix(Object.fromEntries(settings) as Record<Door, Situation['postfix']>, {
      // The tarpit is Postfix's own matter: a second for every reply behind the tenth error.
      settings: { smtpd_error_sleep_time: '0' },
    });
  });
  afterAll(() => postfix.end());

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
      let inLog: string[][] = [];
      await waitUntil(async () => {
        inLog = await acceptedByLog(postfix.log, door);
        return inLog.length >= accepted.length;
      }, 20);
      expect(inLog.sort()).toEqual(accepted.sort());
    },
  );
});

// The same outcomes: the relay by which everything else is tested does what Postfix does.
test.each(doors)('%s: the capture relay is no other judge than Postfix', async (door, situation) => {
  const folder = mkdtempSync(join(tmpdir(), 'situation-'));
  const rules = (situation.relay ?? []).flatMap((rule) => ['--rule', JSON.stringify(rule)]);
  const relay = await startRelayProcess(folder, [...(situation.relayArgs ?? []), ...rules]);
  const result = await sendThrough(`smtp://127.0.0.1:${relay.port}`, door, situation.sessions);
  const inLog = await acceptedByLog(relay.log, door);
  await relay.stop();
  rmSync(folder, { recursive: true });
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
  for await (const { to, queueId } of readAcceptances(log))
    if (to.endsWith(`@${door}.test`)) accepted.push([to, queueId]);
  return accepted;
}
