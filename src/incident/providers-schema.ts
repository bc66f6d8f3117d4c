import { z } from 'zod';

const domain = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/)
  .describe('a domain in small letters (xn--… where it has others), such as mail.example');

/** Which domains go together (receiver.ts). What none of it can say by itself is in check-providers.ts. */
export const providersSchema = z
  .record(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
      .describe('a name of small letters, digits and hyphens, such as google'),
    z.array(domain).min(1).max(500).describe('a list of domains'),
  )
  .optional()
  .meta({
    means:
      'Domains that one provider receives for, under a name of yours. A provider that refuses your mail refuses it for all of them: they are put aside, shown and steered as one.',
    without: 'Each domain is by itself.',
    examples: [{ google: ['gmail.com', 'googlemail.com'], microsoft: ['outlook.com', 'hotmail.com'] }],
  });
