import { z } from 'zod';
import { conditionProblem, selectProblem } from './operator-sql';
import { isZone } from './wall-clock';

/** What `map` proposes begins with ??? wherever only the company knows: nobody runs on a guess. */
const ANSWERED = /^(?!\?\?\?)/;

/**
 * The `database:` section: where this company keeps its customers, what must stop working as a password, what a password had
 * opened, and what no statement reaches. It says what exists; nothing of the company's is altered for it. There are no defaults for
 * names: a table that happens to have the name of ours must not be taken for the company's.
 */
const identifier = z
  .string()
  .regex(/^(?!\?\?\?)[^\0-\x1f]{1,64}$/)
  .describe('the name of a table or column as the server has it, without quotes around it');
const words = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(ANSWERED)
  .describe('one line of text, 300 characters at most');
const condition = z
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

const timeForms = ['datetime', 'timestamp', 'unixSeconds', 'unixMilliseconds'] as const;

/** A column that says when, and how it says it. Only a DATETIME is in a zone; a TIMESTAMP and a number are instants by themselves. */
const time = z
  .strictObject({
    column: identifier,
    as: z.enum(timeForms).describe('datetime, timestamp, unixSeconds or unixMilliseconds'),
    /** Of a DATETIME: has no default, since the server's own is a guess. */
    zone: zone.optional(),
  })
  .refine(({ as, zone }) => (as === 'datetime') === (zone !== undefined), {
    message:
      'zone with "as: datetime", and only with it: a TIMESTAMP and a number are instants by themselves',
  })
  .describe('a section such as {column: created_at, as: datetime, zone: Europe/Berlin}');

/** What a value becomes that this system's login refuses and its reset accepts. */
const deadPassword = z
  .union([
    z.null(),
    z.string().max(255).regex(ANSWERED),
    z.strictObject({
      /** So many hexadecimal digits, different for each customer. */
      random: z.number().int().min(16).max(128),
      /** Stands before them. */
      after: z.string().max(100).optional(),
    }),
  ])
  .describe('null, a text that no password equals, or {random: 40}, as many random characters');

const dead = z
  .union([
    deadPassword,
    z.strictObject({ now: z.enum(timeForms), zone: zone.optional() }),
    z.strictObject({ oneMore: z.literal(true) }),
  ])
  .describe(
    'null, a text, {random: 40}, {now: datetime, zone: UTC} or {oneMore: true} (one more than it is)',
  );

/** Who the customers are; only ever read. */
const customers = z
  .strictObject({
    /** A table or a view. */
    table: identifier.optional(),
    /** Or a SELECT that gives a row for each customer; {schema} stands for the company's schema before its tables' names. */
    select: z
      .string()
      .trim()
      .min(1)
      .max(5_000)
      .superRefine((text, { addIssue }) => {
        const problem = selectProblem(text);
        if (problem !== null) addIssue({ code: 'custom', message: problem });
      })
      .describe('a SELECT that gives one row for each customer, without ; and comments')
      .optional(),
    /** Unique, never null, and what the entries of `retire` and `revoke` link to. */
    key: identifier,
    email: identifier,
    /** Null: there is none, and everybody gets the neutral greeting. */
    name: identifier.nullable().default(null),
    /** Null: there is none, and everybody gets the default language. */
    language: identifier.nullable().default(null),
    /** For `jurisdictions`. Null: there is none, and everybody gets the notice of no law in particular. */
    country: identifier.nullable().default(null),
    region: identifier.nullable().default(null),
    /** Null: there is none, and everybody is taken to have been there at the cutoff. */
    createdAt: time.nullable().default(null),
    /** Accounts that are no customers. Nothing of theirs is touched, and nobody of them is told. */
    leaveOut: z
      .array(z.strictObject({ when: condition, because: words }))
      .max(50)
      .default([]),
  })
  .refine(({ table, select }) => (table === undefined) !== (select === undefined), {
    message: 'table or select, one of them: where the customers are',
  });

/** What an entry's counts would stop the run for, and why it is as it should be. */
const expected = {
  /** Why it may find nothing of a customer's now: nobody has one, or the table is empty by turns. */
  noneBecause: words.optional(),
  /** Why most of what it finds may belong to nobody among the customers. */
  orphansBecause: words.optional(),
};

const retire = z.strictObject({
  table: identifier,
  /** Holds the customer's key. */
  key: identifier,
  column: identifier,
  dead: deadPassword,
  /** Tells a password from none. Without it: neither NULL nor empty. What is dead already is none. */
  usable: condition.optional(),
  /** When it was set. Without it every password is taken for stolen, and a new one is known by its being another. */
  setAt: time.optional(),
  /** Why many passwords are newer than the cutoff, or than a week: `setAt` could be a row's last change. */
  recentBecause: words.optional(),
  ...expected,
});

const revoke = z
  .strictObject({
    table: identifier,
    /** Holds the customer's key, or with `via` what `via.column` holds. */
    key: identifier.optional(),
    /** Or holds the customer's e-mail address. */
    email: identifier.optional(),
    /** A table between: its `key` holds the customer's key, its `column` is what the entry's `key` holds. */
    via: z.strictObject({ table: identifier, key: identifier, column: identifier }).optional(),
    /** Only these rows. */
    where: condition.optional(),
    /** Of a row. Without it every row of the customer goes when the customer is expired, and nothing can tell a later one from it. */
    createdAt: time.optional(),
    delete: z.literal('rows').optional(),
    /** Or only this column of the row dies. */
    column: identifier.optional(),
    dead: dead.optional(),
    ...expected,
  })
  .refine(({ key, email }) => (key === undefined) !== (email === undefined), {
    message: "key or email, one of them: how a row is known to be the customer's",
  })
  .refine(({ via, email }) => via === undefined || email === undefined, {
    message: 'key with via: what the table between holds',
  })
  .refine((entry) => (entry.delete === undefined) !== (entry.column === undefined), {
    message: '"delete: rows", or column and dead: what becomes of what is found',
  })
  .refine(({ column, dead: becomes }) => (column === undefined) === (becomes === undefined), {
    message: 'column and dead together: which value becomes what',
  })
  .refine(({ column, createdAt }) => column === undefined || createdAt === undefined, {
    message: 'createdAt with "delete: rows" only',
  });

export const databaseSchema = z.strictObject({
  customers,
  retire: z.array(retire).min(1).max(16),
  revoke: z.array(revoke).max(100).default([]),
  /** What no statement reaches (cookies, another service), how it was ended and by whom. Shown as stated, not proven. */
  stated: z
    .array(z.strictObject({ what: words, ended: words, by: words }))
    .max(50)
    .default([]),
  /** What looks like a credential and is none: a table, or one column of it. */
  ignored: z
    .array(z.strictObject({ table: identifier, column: identifier.optional(), because: words }))
    .max(500)
    .default([]),
});

export type DatabaseMapping = z.infer<typeof databaseSchema>;
export type RetireEntry = DatabaseMapping['retire'][number];
export type RevokeEntry = DatabaseMapping['revoke'][number];
export type ColumnTime = z.infer<typeof time>;
export type DeadValue = z.infer<typeof dead>;
