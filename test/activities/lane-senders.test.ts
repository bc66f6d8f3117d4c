import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRelayProcess } from '../../scripts/relay/relay-process';
import { laneSenders } from '../../src/activities/lane-senders';
import { testIncident } from '../notice/test-incident';
import { until } from '../until';

test('after the canary, which has all sessions for its one lane, the lanes together have no more than the file allows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  const relay = await startRelayProcess(folder);
  const senders = laneSenders(`smtp://127.0.0.1:${relay.port}`);
  const file = { ...testIncident(), relay: { sessions: 8, messagesPerSession: null } };
  const content = Buffer.from('Subject: x\r\n\r\nx\r\n');
  const send = (lane: string, lanes: number) => {
    const batch = Array.from({ length: 40 }, (_, i) => ({
      address: `c${i}@example.test`,
      from: 'n@shop.test',
      content,
      smtputf8: false,
    }));
    return senders.of(file, lane, lanes, async () => undefined).send(batch, () => null);
  };
  const open = async () => (await relay.control({ stats: true })).connections;
  try {
    await send('notify-1', 1);
    expect(await open()).toBe(8);
    await Promise.all([1, 2, 3, 4].map((lane) => send(`notify-${lane}`, 4)));
    await until('eight sessions', async () => (await open()) === 8, open);
  } finally {
    await senders.close();
    await relay.stop();
    rmSync(folder, { recursive: true });
  }
});
