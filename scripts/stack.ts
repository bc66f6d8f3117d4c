import { stackFolder } from '../src/operator/parts/this-machine';
import { startStack } from './stack/start-stack';

/** `npm run stack`: the embedded parts in the foreground, until Ctrl-C or SIGTERM. */
async function main(): Promise<number> {
  if (process.argv.length > 2) {
    console.error(`npm run stack takes no arguments; found: ${process.argv.slice(2).join(' ')}
It starts a database, Temporal and a capture relay, and stops them at Ctrl-C.
DATABASE_URL, TEMPORAL_ADDRESS and SMTP_URL put a real one in the place of each.`);
    return process.argv[2] === '--help' ? 0 : 2;
  }
  const asked = new Promise<null>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(null));
  });
  console.log('Starting the embedded stack ...');
  const starting = startStack({ dir: stackFolder, env: process.env, say: console.log });
  if ((await Promise.race([asked, starting])) === null) {
    console.log('\nStopping before everything was up ...');
    // A download may take minutes. On exit what runs by then is ended, and the next start waits for it.
    setTimeout(() => process.exit(0), 5_000).unref();
    await starting.then((stack) => stack.stop());
    return 0;
  }
  const stack = await starting;
  const { temporal, databaseUrl, smtpUrl, relay } = stack.addresses;
  console.log(`
  Temporal   ${temporal.address}
  Web UI     ${temporal.uiUrl ?? '(not known: a server of your own)'}
  Database   ${withoutPassword(databaseUrl)}
  Relay      ${withoutPassword(smtpUrl)}${relay === null ? '' : `   (its log: ${relay.log})`}

Leave this running. In another terminal: npm run worker. Ctrl-C stops it; the data stays in .local/.`);
  const keepAlive = setInterval(() => undefined, 60_000);
  const failure = await Promise.race([asked, stack.broken]);
  console.log(failure === null ? '\nStopping (a moment) ...' : `\n${failure}\nStopping the rest ...`);
  await stack.stop();
  clearInterval(keepAlive);
  console.log('Stopped.');
  return failure === null ? 0 : 1;
}

/** Of several relays each. */
function withoutPassword(urls: string): string {
  return urls
    .trim()
    .split(/\s+/)
    .map((url) => {
      const parsed = new URL(url);
      if (parsed.password) parsed.password = '***';
      return parsed.href;
    })
    .join(' ');
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
