import type { Command } from 'commander';
import { type MapOptions, mapDatabase } from './map';
import { mapText } from './map-text';
import { addressesFor, requireParts } from './parts';
import { json } from './words';

/** Exit 3: proposed, and somebody must answer what only the company knows. */
export function describeMap(command: Command): void {
  command
    .description(
      'Proposes the database section for a schema never seen before, and lists what looks like a credential. Only reads.',
    )
    .option('--out <file>', 'write the section there; it must not be there yet')
    .option('--customers <table>', 'the table of the customers (default: the one that looks most like it)')
    .option('--json', 'everything as JSON')
    .action(map);
}

async function map(options: MapOptions & { json?: boolean }): Promise<void> {
  const addresses = await addressesFor(['database']);
  await requireParts(['database'], addresses);
  const mapped = await mapDatabase(addresses.databaseUrl, options);
  console.log(options.json ? json(asJson(mapped)) : mapText(mapped));
  if (mapped.proposal.questions.some(({ open }) => open)) process.exitCode = 3;
}

function asJson({ proposal, ...mapped }: Awaited<ReturnType<typeof mapDatabase>>) {
  const { system, systems, customers, section, questions, credentials, leftOut } = proposal;
  return {
    ...mapped,
    system: system?.preset.id ?? null,
    systems: systems.map(({ preset, prefix, sure, missing }) => ({
      id: preset.id,
      name: preset.system.name,
      versions: preset.system.versions,
      prefix,
      sure,
      missing,
    })),
    customers,
    database: section,
    questions,
    credentials,
    leftOut,
  };
}
