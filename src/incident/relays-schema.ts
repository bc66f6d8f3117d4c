import { z } from 'zod';

/** How each relay of SMTP_URL is used, where they differ (relay.ts). */
export const relaysSchema = z
  .record(
    z
      .string()
      .max(300)
      .regex(/^[a-z0-9.:[\]-]+$/)
      .describe('the name of a relay as SMTP_URL has it after the #, such as one, or else its host:port'),
    z.strictObject({
      weight: z.number().int().min(1).max(1_000).describe('a whole number from 1 to 1000').optional().meta({
        means: 'Its share of the mail beside the others: of 3 and 1 the first gets three claims of four.',
        without: '1.',
      }),
      sessions: z.number().int().min(1).max(64).describe('a whole number from 1 to 64').optional().meta({
        means: 'SMTP sessions at this relay at once, over the lanes and all workers.',
        without: 'As `relay.sessions`.',
      }),
    }),
  )
  .optional()
  .meta({
    means:
      'How the relays differ, where `SMTP_URL` has several ([relay.md](relay.md#several-relays)). Each by the name that it has there.',
    without: 'Each has the same share of the mail, and `relay.sessions`.',
    examples: [{ one: { weight: 3 }, two: { sessions: 4 } }],
  });
