import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Incident } from '../../src/incident/incident-schema';
import { type Addresses, environmentOf } from '../../src/operator/parts/addresses';
import type { PartProcess } from '../stack/part-process';
import { startWorker } from '../stack/start-worker';
import type { BenchCompany } from './bench-company';
import { median, type NotifyRates } from './floors';
import { mailByNodemailer, type PooledRates } from './nodemailer-pooled';
import { notifyByUs } from './notify-ours';
import { runSource, type SmtpTools, startSink } from './smtp-tools';

export interface NotifyGround {
  client: Client;
  addresses: Addresses;
  company: BenchCompany;
  file: Incident;
  render: (customer: number) => { to: string; raw: Buffer };
  tools: SmtpTools;
  folder: string;
  customers: number;
  rounds: number;
  say: (line: string) => void;
  /** Gets every process at once, to be ended with the rest. */
  started: (part: PartProcess) => void;
}

/** nodemailer's pool is so slow that a part of the customers is enough. */
const NODEMAILER_SHARE = 0.05;

/** smtp-source, ours and nodemailer in turns, each into a sink of its own with the same options; then ours into the relay. */
export async function benchNotify(ground: NotifyGround): Promise<NotifyRates> {
  const { rounds, file, addresses, folder, say } = ground;
  const rates = {
    ours: [] as number[],
    source: [] as number[],
    nodemailer: [] as number[],
    nodemailerRaw: [] as number[],
  };
  const sink = await startSink(ground.tools, folder, ground.started);
  let worker = await startWorker(
    folder,
    {
      ...process.env,
      ...environmentOf({ ...addresses, databaseUrl: ground.company.url, smtpUrl: sink.url }),
    },
    ground.started,
  );
  let workerMegabytes = 0;
  for (let round = 1; round <= rounds; round++) {
    rates.source.push(await sourceRate(ground));
    rates.ours.push(
      await notifyByUs(
        ground.client,
        ground.company,
        { ...file, id: `bench-sink-${round}` },
        ground.customers,
      ),
    );
    workerMegabytes = residentMegabytes(worker.identity.pid);
    const { composing, raw } = await nodemailerRates(ground);
    rates.nodemailer.push(composing);
    rates.nodemailerRaw.push(raw);
    say(
      `notify, round ${round}: smtp-source ${whole(rates.source)}/s, ours ${whole(rates.ours)}/s, nodemailer ${whole(rates.nodemailer)}/s (${whole(rates.nodemailerRaw)}/s raw)`,
    );
  }
  await worker.stop();
  await sink.part.stop();
  worker = await startWorker(
    folder,
    { ...process.env, ...environmentOf({ ...addresses, databaseUrl: ground.company.url }) },
    ground.started,
  );
  const intoRelay = await notifyByUs(
    ground.client,
    ground.company,
    { ...file, id: 'bench-relay' },
    ground.customers,
  );
  say(`notify into the capture relay: ${Math.round(intoRelay)}/s`);
  await worker.stop();
  return {
    ours: median(rates.ours),
    source: median(rates.source),
    nodemailer: median(rates.nodemailer),
    nodemailerRaw: median(rates.nodemailerRaw),
    intoRelay,
    workerMegabytes,
  };
}

async function sourceRate(ground: NotifyGround): Promise<number> {
  const { tools, folder, customers, file, render } = ground;
  const messageFile = join(folder, 'message.eml');
  // smtp-source ends each line with CRLF itself.
  writeFileSync(messageFile, render(1).raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  const { part, port } = await startSink(tools, folder, ground.started);
  const { sessions } = file.relay;
  const seconds = await runSource(tools, { port, messages: customers, sessions, file: messageFile });
  await part.stop();
  return customers / seconds;
}

function nodemailerRates(ground: NotifyGround): Promise<PooledRates> {
  const { tools, folder, file, render } = ground;
  const count = Math.max(200, Math.round(ground.customers * NODEMAILER_SHARE));
  const messages = Array.from({ length: count }, (_, i) => ({ from: file.from.address, ...render(i) }));
  const newSink = async () => {
    const { part, port } = await startSink(tools, folder, ground.started);
    return { port, stop: part.stop };
  };
  return mailByNodemailer(messages, { sessions: file.relay.sessions, newSink });
}

function whole(rates: number[]): number {
  return Math.round(rates.at(-1)!);
}

/** Of this process, in megabytes (10^6 bytes), as the system counts it. */
function residentMegabytes(pid: number): number {
  const kibibytes = Number(
    execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim(),
  );
  return Math.round((kibibytes * 1024) / 1e6);
}
