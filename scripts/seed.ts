import { CommanderError } from 'commander';
import { EXAMPLE_FILE, readExample } from '../src/operator/judge-copied';
import { addressesFor, requireParts } from '../src/operator/parts';
import { ToldError } from '../src/operator/told-error';
import { seedCommand } from './demo/demo-options';
import { openProgress } from './demo/demo-progress';
import { RealPartError, refuseFilledSchema } from './demo/refuse-real-parts';
import { fillCompany } from './seed/fill-company';

/** `npm run seed`: made-up customers for the stack, on which the example runs as it is. */
async function main(): Promise<number> {
  const { customers, seed } = seedCommand().parse().opts<{ customers: number; seed: number }>();
  const { databaseUrl } = await addressesFor(['database']);
  await requireParts(['database'], await addressesFor(['database']));
  await refuseFilledSchema(databaseUrl);
  const example = readExample();
  if (example === null)
    throw new ToldError(`${EXAMPLE_FILE} is not whole here: it says up to when customers are made up.`);
  await fillCompany(databaseUrl, { customers, seed, cutoff: example.cutoff }, openProgress(process.stdout));
  console.log(`Then: npm run worker; and in another terminal: npm start -- ${EXAMPLE_FILE}`);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
    console.error(error.message);
    process.exit(error instanceof RealPartError ? 2 : 1);
  },
);
