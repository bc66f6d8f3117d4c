import type { Connection } from 'mysql2/promise';
import { openConnection } from '../../src/company/connect';
import { pick, randomFrom } from '../seed/random';

/** What the torturer itself did to customers meanwhile: the judge asks nobody else. */
export interface Lived {
  /** Every address that a customer had besides the one at the beginning. */
  addresses: Map<string, string[]>;
  /** Passwords chosen meanwhile, the last one that the server acknowledged; null: it may or may not have been stored. */
  passwords: Map<string, string | null>;
  /** Deleted, or perhaps. */
  deleted: Set<string>;
  inserted: number;
}

export interface CompanyLife {
  lived: Lived;
  stop(): Promise<void>;
}

const EVERY_MILLISECONDS = 60;

/** Customers change passwords and addresses, come and go, while the run is on: through a connection of their own. */
export function startLife(url: string, ids: readonly string[], seed: number): CompanyLife {
  const random = randomFrom(seed + 1);
  const lived: Lived = { addresses: new Map(), passwords: new Map(), deleted: new Set(), inserted: 0 };
  let connection: Connection | null = null;
  let over = false;
  let number = 0;

  async function say(statement: string, values: unknown[]): Promise<void> {
    connection ??= await openConnection(url, { connectMilliseconds: 2_000 });
    try {
      await connection.query(statement, values);
    } catch (error) {
      connection.destroy();
      connection = null;
      throw error;
    }
  }

  async function live(): Promise<void> {
    const id = pick(ids, random);
    const what = random();
    const name = `${id}-${++number}`;
    if (lived.deleted.has(id)) return;
    if (what < 0.45) {
      lived.passwords.set(id, null);
      const hash = `life-${name}`;
      await say('UPDATE customers SET password_hash = ?, password_set_at = UTC_TIMESTAMP() WHERE id = ?', [
        hash,
        id,
      ]);
      lived.passwords.set(id, hash);
    } else if (what < 0.8) {
      const address = `moved-${name}@life.test`;
      lived.addresses.set(id, [...(lived.addresses.get(id) ?? []), address]);
      await say('UPDATE customers SET email = ? WHERE id = ?', [address, id]);
    } else if (what < 0.9) {
      lived.inserted++;
      await say(
        `INSERT INTO customers (id, email, first_name, language, created_at, password_hash, password_set_at)
         VALUES (?, ?, 'New', 'en', UTC_TIMESTAMP(), 'new', UTC_TIMESTAMP())`,
        [BigInt(8_000_000_000) + BigInt(number), `new-${name}@life.test`],
      );
    } else {
      lived.deleted.add(id);
      await say('DELETE FROM customers WHERE id = ?', [id]);
    }
  }

  const living = (async () => {
    while (!over) {
      await live().catch(() => undefined); // the database is being killed: what was not acknowledged is noted so
      await new Promise((resolve) => setTimeout(resolve, EVERY_MILLISECONDS));
    }
  })();
  return {
    lived,
    stop: async () => {
      over = true;
      await living;
      await connection?.end().catch(() => undefined);
    },
  };
}
