import { z } from 'zod';
import { conditionProblem } from './operator-sql';
import { isZone } from './wall-clock';

/*
 * What the entries of the `database:` section are made of: names, conditions, times, dead values. What `map` proposes begins with ???
 * wherever only the company knows: nobody runs on a guess.
 */
const ANSWERED = /^(?!\?\?\?)/;

export const identifier = z
  .string()
  .regex(/^(?!\?\?\?)[^\0-\x1f]{1,64}$/)
  .describe('the name of a table or column as the server has it, without quotes around it');
export const words = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(ANSWERED)
  .describe('one line of text, 300 characters at most');
export const condition = z
  .string()
  .trim()
  .min(1)
  .max(2_000)
  .superRefine((text, { addIssue }) => {
    const problem = conditionProblem(text);
    if (problem !== null) addIssue({ code: 'custom', message: problem });
  })
  .describe('one SQL expression over the columns of that table, such as "meta_key = \'session_tokens\'"');

const ZONE = 'a time zone by its name or offset, such as Europe/Berlin, UTC or "-08:00"';
const zone = z.string().refine(isZone, { message: ZONE }).describe(ZONE);

const timeForm = z
  .enum(['datetime', 'timestamp', 'unixSeconds', 'unixMilliseconds'])
  .describe('datetime, timestamp, unixSeconds or unixMilliseconds');

/** A column that says when, and how it says it. */
export const time = z
  .strictObject({
    column: identifier.meta({
      means: 'The column, of the same table. A DATE is refused: it names no instant.',
    }),
    as: timeForm.meta({
      means: 'How the column says it. Only a DATETIME needs a zone; the others name an instant without one.',
    }),
    zone: zone.optional().meta({
      means: "The zone of a DATETIME. There is no default: the server's own would be a guess.",
      without: 'Only where `as` is not datetime.',
    }),
  })
  .refine(({ as, zone }) => (as === 'datetime') === (zone !== undefined), {
    message:
      'zone with "as: datetime", and only with it: a TIMESTAMP and a number name an instant without one',
  })
  .describe('a section such as {column: created_at, as: datetime, zone: Europe/Berlin}')
  .meta({
    shape: {
      heading: 'Times',
      means:
        'A column that says when. NULL, 0, zero dates and times more than a day ahead count as unknown, and unknown counts as before the cutoff.',
    },
  });

const DEAD_VALUES = {
  heading: 'Dead values',
  means:
    'What a value becomes: `null`, a text, or a section with the fields of one of the rows below. `retire` does not take `now` and `oneMore`. See in `presets/` what known systems take: some throw at a malformed hash, some refuse to reset an unusable one.',
};

/** What a value becomes that this system's login refuses and its reset accepts. */
export const deadPassword = z
  .union([
    z.null(),
    z.string().max(255).regex(ANSWERED),
    z.strictObject({
      random: z
        .number()
        .int()
        .min(16)
        .max(128)
        .meta({ means: 'How many hexadecimal digits, 16 to 128; each customer gets others.' }),
      after: z
        .string()
        .max(100)
        .optional()
        .meta({ means: 'A text before them.', without: 'The digits stand alone.' }),
    }),
  ])
  .describe('null, a text that no password equals, or {random: 40}, as many random characters')
  .meta({ shape: DEAD_VALUES });

/** The same, or what ends a token: the moment, or one more than it is. */
export const dead = z
  .union([
    deadPassword,
    z.strictObject({
      now: timeForm.meta({ means: 'The moment of the expiry, in this form.' }),
      zone: zone.optional().meta({ means: 'The zone of a DATETIME.', without: 'UTC.' }),
    }),
    z.strictObject({ oneMore: z.literal(true).meta({ means: 'A number, one more than it is.' }) }),
  ])
  .describe('null, a text, {random: 40}, {now: datetime, zone: UTC} or {oneMore: true} (one more than it is)')
  .meta({ shape: DEAD_VALUES });
