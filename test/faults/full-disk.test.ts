import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { workflowIdOf } from '../../src/workflows/messages';
import { type OwnResponse, ownResponse } from './own-response';

/** Linux's own way to let a running process write no more: every write beyond fails, as on a full disk. */
const PRLIMIT = '/usr/bin/prlimit';
const onLinux = existsSync(PRLIMIT) ? test : test.skip;
let response: OwnResponse;
afterEach(() => response.end());

onLinux(
  "a worker's disk is full, journal and log: no notice goes out, the words say what to do, with room it goes on, everybody told once (I1, I2)",
  async () => {
    response = await ownResponse('disk', { customers: 800 });
    const { relay, file, client, books, row, verdict, fired, until, untilOver } = response;
    const worker = await response.worker();
    const allow = (bytes: string) =>
      execFileSync(PRLIMIT, ['--pid', String(worker.identity.pid), `--fsize=${bytes}:unlimited`]);
    await relay.control({ add: { at: 'dot', action: 'hold', after: 10 } });
    await response.begin();
    await until('a dot in every session', async () => (await fired()) === file.relay.sessions / 4);
    allow('1');
    await relay.control({ clear: true });
    const told = async () => {
      const { raw } = await client.workflow.getHandle(workflowIdOf(file.id)).describe();
      return (raw.pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message);
    };
    const words = /A worker's disk is full, .*make room where its dot journal lies/;
    await until('the words', async () => (await told()).some((reason) => words.test(reason ?? '')));
    const { notices } = await books();
    expect([notices.sending ?? 0, notices.in_doubt ?? 0]).toEqual([0, 0]);
    expect((await verdict()).customersAcceptedOnce).toBe(notices.sent ?? 0);
    expect(notices.released).toBeGreaterThan(100);
    expect((await row()).gate).toBe('open');
    allow('unlimited');
    await untilOver();
    expect((await row()).phase).toBe('closed');
    const after = await books();
    const { sent = 0, skipped = 0, ...other } = after.notices;
    expect({ other, sum: sent + skipped }).toEqual({ other: {}, sum: after.cohort });
    expect(await verdict()).toMatchObject({ customersAcceptedOnce: sent, customersAcceptedTwiceOrMore: 0 });
  },
);
