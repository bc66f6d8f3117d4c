import { z } from 'zod';
import { condition, dead, deadPassword, identifier, time, words } from './column-schema';
import { selectProblem } from './operator-sql';

/**
 * The `database:` section: where this company keeps its customers, what must stop working as a password, what a password had
 * opened, and what no statement reaches. It says what exists; nothing of the company's is altered for it. There are no defaults for
 * names: a table that happens to have the name of ours must not be taken for the company's. What each value is stands in its `means`,
 * of which docs/incident-file.md is made (incident-schema.ts).
 */
const customers = z
  .strictObject({
    table: identifier
      .optional()
      .meta({ means: 'The table or view that has a row for each customer.', without: 'Only with `select`.' }),
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
      .optional()
      .meta({
        means:
          "Instead of `table`. Write `{schema}` before each table's name: the connection's own schema is another.",
        without: 'Only with `table`.',
        examples: ['SELECT u.id, p.mail FROM {schema}.users u JOIN {schema}.profiles p ON p.user_id = u.id'],
      }),
    key: identifier.meta({
      means:
        'Unique, never null, and what the entries of `retire` and `revoke` link to: an integer, `binary(16)`, a UUID or a text.',
    }),
    email: identifier.meta({ means: 'The column of the address.' }),
    name: identifier.nullable().default(null).meta({
      means: 'The column of the name, for the greeting.',
      without: 'Everybody gets the neutral greeting.',
    }),
    language: identifier.nullable().default(null).meta({
      means: 'The column of the language.',
      without: 'Everybody gets the default language.',
    }),
    country: identifier.nullable().default(null).meta({
      means: 'The column of the country, for `jurisdictions`.',
      without: 'Everybody gets the notice of no law in particular.',
    }),
    region: identifier.nullable().default(null).meta({
      means: 'The column of the state or region, for `jurisdictions`.',
      without: '`jurisdictions` can name whole countries only.',
    }),
    createdAt: time.nullable().default(null).meta({
      means: 'When the account was made.',
      without: 'Everybody is taken to have been there at the cutoff.',
    }),
    leaveOut: z
      .array(
        z.strictObject({
          when: condition.meta({ means: 'Which accounts.', examples: ['guest = 1'] }),
          because: words.meta({ means: 'Why. The dry run and the approver see it.' }),
        }),
      )
      .max(50)
      .default([])
      .meta({
        means:
          'Accounts that are not customers: the run counts and names them, leaves their passwords alone and tells them nothing; 50 conditions at most.',
        without: 'Nobody is left out.',
      }),
  })
  .refine(({ table, select }) => (table === undefined) !== (select === undefined), {
    message: 'table or select, one of them: where the customers are',
  });

/** What an entry's counts would stop the run for, and why it is as it should be. */
const expected = {
  noneBecause: words.optional().meta({
    means: "Why it may find nothing of a customer's: nobody has one, or the table is empty at times.",
    without: 'The dry run stops where it finds nothing.',
  }),
  orphansBecause: words.optional().meta({
    means: 'Why most of what it finds may belong to nobody among the customers.',
    without: 'The dry run stops where most of it does.',
  }),
};

const retire = z.strictObject({
  table: identifier.meta({ means: 'The table.' }),
  key: identifier.meta({
    means:
      "Its column that holds the customer's key, never the number by which another table counts its own rows.",
  }),
  column: identifier.meta({ means: 'The column of the password.' }),
  dead: deadPassword.meta({
    means: 'What it becomes: a value that your login refuses and your reset accepts.',
  }),
  usable: condition.optional().meta({
    means: 'Tells which values are passwords. A value that is dead already is not one.',
    without: 'What is neither NULL nor empty.',
    examples: ["password_hash NOT LIKE '!%'"],
  }),
  setAt: time.optional().meta({
    means: 'When it was set. Name no column that changes with every edit of its row or each sign-in.',
    without:
      'Every password counts as stolen, and the run knows one that was chosen after its expiry by its new value.',
  }),
  recentBecause: words.optional().meta({
    means:
      'Why more than a quarter of the passwords are newer than the cutoff, or than a week (a reset was forced).',
    without: "The dry run stops there: `setAt` could be a row's last change.",
  }),
  ...expected,
});

const revoke = z
  .strictObject({
    table: identifier.meta({ means: 'The table.' }),
    key: identifier.optional().meta({
      means: "Its column that holds the customer's key, or with `via` what `via.column` holds.",
      without: 'Only with `email`.',
    }),
    email: identifier.optional().meta({
      means: "Instead of `key`: its column that holds the customer's e-mail address.",
      without: 'Only with `key`.',
    }),
    via: z
      .strictObject({
        table: identifier.meta({ means: 'The table between.' }),
        key: identifier.meta({ means: "Its column that holds the customer's key." }),
        column: identifier.meta({ means: "Its column that holds the same as the entry's `key`." }),
      })
      .optional()
      .meta({
        means: 'Where a table stands between the entry and the customers.',
        without: "`key` holds the customer's key.",
      }),
    where: condition.optional().meta({
      means: 'Only these rows. A key/value table, and one with several kinds of owner, always needs it.',
      without: 'All rows of the customer.',
      examples: ["meta_key = 'session_tokens'"],
    }),
    createdAt: time.optional().meta({
      means: 'When the row was made; with `delete: rows` only.',
      without:
        "All rows of a customer go once, with the expiry of the customer's password, and nothing can tell a later row from them.",
    }),
    delete: z
      .literal('rows')
      .describe('rows')
      .optional()
      .meta({ means: 'The rows are deleted.', without: 'Only with `column` and `dead`.' }),
    column: identifier.optional().meta({
      means: 'Instead of `delete: rows`: only this column of the row dies.',
      without: 'Only with `delete: rows`.',
    }),
    dead: dead.optional().meta({
      means: 'What the column becomes.',
      without: 'Only with `delete: rows`.',
    }),
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
  customers: customers.meta({ means: 'Who the customers are. It is only ever read.' }),
  retire: z.array(retire).min(1).max(16).meta({
    means:
      'What must stop working as a password: one entry for each column, 1 to 16, an old second hash and a table of credentials too.',
  }),
  revoke: z.array(revoke).max(100).default([]).meta({
    means: 'What a password had opened: sessions, tokens, reset links; 100 entries at most.',
    without: 'Nothing is ended.',
  }),
  stated: z
    .array(
      z.strictObject({
        what: words.meta({ means: 'What it is.', examples: ['signed cookies of the shop'] }),
        ended: words.meta({ means: 'How it was ended.', examples: ['by a new signing key, on all servers'] }),
        by: words.meta({ means: 'Who ended it.' }),
      }),
    )
    .max(50)
    .default([])
    .meta({
      means:
        'What no statement reaches (cookies, Redis, another service), and who ended it. Shown as stated, not proven; 50 entries at most.',
      without: 'Nothing is stated.',
    }),
  ignored: z
    .array(
      z.strictObject({
        table: identifier.meta({ means: 'The table.' }),
        column: identifier
          .optional()
          .meta({ means: 'One column of it.', without: 'The whole table holds no credential.' }),
        because: words.meta({ means: 'Why. The dry run and the approver see it.' }),
      }),
    )
    .max(500)
    .default([])
    .meta({
      means: 'What looks like a credential but is not one; 500 entries at most.',
      without: 'The dry run stops at whatever looks like a credential and is in no entry.',
    }),
});

export type DatabaseMapping = z.infer<typeof databaseSchema>;
export type RetireEntry = DatabaseMapping['retire'][number];
export type RevokeEntry = DatabaseMapping['revoke'][number];
export type ColumnTime = z.infer<typeof time>;
export type DeadValue = z.infer<typeof dead>;

/** What the file says was ended where no statement of ours reaches: a line each, wherever it is said what was done (I7). */
export function statedWords({ stated }: Pick<DatabaseMapping, 'stated'>): string[] {
  return stated.map(({ what, ended, by }) => `${what}: ended ${ended}, says ${by}`);
}
