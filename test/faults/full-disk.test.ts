import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type OwnResponse, ownResponse } from './own-response';

const PRLIMIT = '/usr/bin/prlimit';
let response: OwnResponse;
afterEach(() => response.end());

(existsSync(PRLIMIT) ? test : test.skip)('x', async () => {
  response = await ownResponse('disk', { customers: 800 });
  const { relay, books, row, verdict, until, untilOver } = response;
  const worker = await response.worker();
  const allow = (bytes: string) =>
    execFileSync(PRLIMIT, ['--pid', String(worker.identity.pid), `--fsize=${bytes}:unlimited`]);
  await relay.control({ add: { at: 'dot', delayMs: 20 } });
  await response.begin();
  await until('the first dots', async () => ((await books()).notices.sending ?? 0) > 0);
  allow('1');
  await relay.control({ clear: true });
  for (let i = 0; i < 20; i++) {
    await new Promise((r) => setTimeout(r, 1500));
    const { phase, hold_reason } = await row();
    console.log(i, worker.running(), phase, hold_reason, JSON.stringify((await books()).notices));
  }
  console.log(await verdict(), execFileSync('tail', ['-5', worker.logFile]).toString());
  allow('unlimited');
  await untilOver();
  console.log(await row().then((r) => [r.phase, r.hold_reason]), await books());
}, 170_000);
