import { openDatabase } from '../../src/books/open-database';
import type { Progress } from '../demo/demo-progress';
import { createReferenceSchema } from './reference-schema';
import { type Seed, seedCustomers } from './seed-customers';

/** Makes the reference tables in the company's empty schema, and fills them with made-up customers. */
export async function fillCompany(
  databaseUrl: string,
  { customers, seed, cutoff }: Pick<Seed, 'customers' | 'seed' | 'cutoff'>,
  progress: Pick<Progress, 'show' | 'finish'>,
): Promise<void> {
  const database = openDatabase(databaseUrl, { ledgerExists: false, connections: 4 });
  const { db, companySchema } = database;
  const startedAt = performance.now();
  const step = (done: number) => {
    const perSecond = done / ((performance.now() - startedAt) / 1000);
    const etaSeconds = perSecond > 0 ? Math.ceil((customers - done) / perSecond) : null;
    return {
      name: 'seed',
      done,
      total: customers,
      perSecond,
      etaSeconds,
      note: `made-up customers, seed ${seed}`,
    };
  };
  try {
    await createReferenceSchema(db, companySchema);
    await seedCustomers(db, {
      companySchema,
      customers,
      seed,
      cutoff,
      progress: (written) => progress.show(step(written)),
    });
    progress.finish(step(customers));
  } finally {
    await database.close();
  }
}
