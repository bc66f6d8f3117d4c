import type { z } from 'zod';
import type { DatabaseMapping, databaseSchema } from '../../src/incident/database-schema';

export type MappingInput = z.input<typeof databaseSchema>;

/** Of the reference schema (scripts/seed/reference-schema.ts), its DATETIMEs in this zone. */
export function referenceMapping(zone = 'UTC'): DatabaseMapping {
  const time = (column: string) => ({ column, as: 'datetime' as const, zone });
  return {
    customers: {
      table: 'customers',
      key: 'id',
      email: 'email',
      name: 'first_name',
      language: 'language',
      country: null,
      region: null,
      createdAt: time('created_at'),
      leaveOut: [],
    },
    retire: [
      { table: 'customers', key: 'id', column: 'password_hash', dead: null, setAt: time('password_set_at') },
    ],
    revoke: [
      { table: 'sessions', key: 'customer_id', createdAt: time('created_at'), delete: 'rows' },
      { table: 'api_tokens', key: 'customer_id', createdAt: time('created_at'), delete: 'rows' },
      { table: 'password_resets', email: 'email', createdAt: time('created_at'), delete: 'rows' },
    ],
    stated: [],
    ignored: [],
  };
}
