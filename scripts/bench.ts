import { mkdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { CommanderError } from 'commander';
import { temporalOptions } from '../src/operator/parts/temporal-server';
import { localFolder } from '../src/operator/parts/this-machine';
import { type BenchCompany, benchIncident, fill, newCompany } from './bench/bench-company';
import { benchExpire } from './bench/bench-expire';
import { benchNotify } from './bench/bench-notify';
import { type BenchOptions, benchOptions } from './bench/bench-options';
import { benchRelays, relayTable } from './bench/bench-relays';
import { type BenchFigures, markdown, measureUp } from './bench/floors';
import { benchRender, renderer } from './bench/render';
import { findSmtpTools } from './bench/smtp-tools';
import type { PartProcess } from './stack/part-process';
import { type Stack, startStack } from './stack/start-stack';

const ROUNDS = 3;

/** `npm run bench`: our rates against references measured in the same run, each with its floor. Exit 1: a floor is missed. */
async function main(options: BenchOptions): Promise<number> {
  const folder = join(localFolder, 'bench');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const say = (line: string) => console.error(line);
  const parts: PartProcess[] = [];
  const companies: BenchCompany[] = [];
  let stack: Stack | undefined;
  const stop = async () => {
    for (const part of parts) await part.stop();
    for (const company of companies) await company.drop().catch(() => undefined); // a stopped server has none to drop
    await stack?.stop();
  };
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => reject(new Error('Interrupted: everything that was started is stopped.')));
  });
  const begin = async () => {
    const ports = { database: 0, temporal: 0, temporalUi: 0, relay: 0 };
    // The measured relay must not be somebody's real one, nor Temporal one that others work on.
    const env = { ...process.env, SMTP_URL: undefined, TEMPORAL_ADDRESS: undefined };
    stack = await startStack({ dir: folder, env, say, fresh: true, ports });
    const { addresses } = stack;
    const file = benchIncident('bench');
    const company = await newCompany(addresses.databaseUrl, file);
    companies.push(company);
    await fill(company, file, options.customers);
    const connection = await Connection.connect(temporalOptions(addresses.temporal, env));
    const client = new Client({ connection, namespace: addresses.temporal.namespace });
    const started = (part: PartProcess) => parts.push(part);
    return { addresses, company, file, client, started, folder, say, rounds: ROUNDS };
  };
  const measure = async (): Promise<BenchFigures> => {
    const tools = findSmtpTools();
    const begun = await begin();
    const { addresses, company, file } = begun;
    const settings = { customers: options.customers, rounds: ROUNDS, say };
    const render = await renderer(file);
    const renderMicroseconds = benchRender(render, 20_000);
    say(`render: ${renderMicroseconds.toFixed(1)} us, ${render(1).raw.length} bytes a message`);
    const expire = await benchExpire(addresses.databaseUrl, company, file, settings);
    // Mailing takes ten times as long as expiring, and an expiry of less than seconds is mostly its beginning.
    const tenth = { ...settings, customers: Math.ceil(options.customers / 10) };
    const notify = await benchNotify({ ...begun, ...tenth, render, tools });
    await begun.client.connection.close();
    return { expire, notify, renderMicroseconds };
  };
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${date}, ${cpus().length} cores (${cpus()[0]?.model.trim()})`;
  const measureRelays = async (most: number): Promise<number> => {
    const begun = await begin();
    const rates = await benchRelays(begun, most, options.sessions);
    await begun.client.connection.close();
    console.log(
      relayTable(rates, `${machine}, medians of ${ROUNDS} rounds: \`npm run bench -- --relays ${most}\`.`),
    );
    if (options.json) console.log(JSON.stringify({ date, ...options, rates }));
    return 0;
  };
  try {
    if (options.relays !== undefined) return await Promise.race([measureRelays(options.relays), interrupted]);
    const figures = await Promise.race([measure(), interrupted]);
    const measured = measureUp(figures);
    const about = `${machine}, ${options.customers.toLocaleString('en-US')} customers (a tenth of them told), medians of ${ROUNDS} alternating rounds, all in one run: \`npm run bench\`.`;
    console.log(markdown(measured, about));
    const missed = measured.filter(({ passes }) => !passes);
    for (const { name, shown, ours, floor } of missed)
      say(`MISSED: ${name}: ${shown || ours}, the floor is ${floor}.`);
    if (options.json)
      console.log(
        JSON.stringify({ date, cores: cpus().length, ...options, ...figures, missed: missed.length }),
      );
    return missed.length === 0 ? 0 : 1;
  } finally {
    await stop();
  }
}

async function run(): Promise<number> {
  try {
    return await main(benchOptions(process.argv.slice(2)));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error((error as Error).message);
    return 1;
  }
}

run().then((code) => process.exit(code));
