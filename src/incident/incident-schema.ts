import { z } from 'zod';
import { databaseSchema } from './database-schema';
import { ORDINARY_ADDRESS } from './mailable-address';
import { onHoldSchema } from './on-hold-schema';
import { LEAST_PER_SECOND, MOST_PER_SECOND } from './pacer';
import { providersSchema } from './providers-schema';
import { relaysSchema } from './relays-schema';
import { textsSchema } from './texts-schema';

/**
 * The incident file, as parsed. Facts stand here once; the notice, its text part and the dry run are made from them.
 * What zod cannot say (cutoff in the future, links outside the From domain, placeholders) is in check-incident.ts.
 * `description` says what to write, and is shown wherever something else was found (schema-problems.ts); `means` says what it is and
 * `without` what happens where it is left out. docs/incident-file.md and docs/incident.schema.json are made from all three
 * (`npm run docs`).
 */
const plainLine = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\n]*$/)
  .describe('one line of text, 300 characters at most');
const mailbox = z
  .string()
  .max(254)
  .regex(ORDINARY_ADDRESS)
  .describe('one plain address, such as care@example.com');
const whole = (min: number, max: number) =>
  z.number().int().min(min).max(max).describe(`a whole number from ${min} to ${max}`);
const days = whole(0, 36_500).describe('days after the close, a whole number from 0 to 36500');

const link = z.string().min(1).max(500).describe('an https:// link to the From domain or a host below it');
const date = z.iso.date().describe('a date such as 2012-01-15');
const places = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(/^[^\p{C}]+$/u)
      .describe('a country as your column has it, such as DE, or with its region, such as US-CA'),
  )
  .max(500)
  .default([]);
const language = z
  .string()
  .regex(/^[a-z]{2,3}$/)
  .describe('a language code of two or three small letters, such as en');

export const incidentSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)
    .describe('lower-case letters, digits and inner hyphens, 64 at most, such as zappos-2012')
    .meta({
      means:
        'What the books, the Temporal Web UI and the command line call this incident. It never changes once the run has started; nor do cutoff and database. The rest does by `amend`.',
    }),
  title: plainLine.meta({
    means: 'What people call it. It heads every page of the run; customers never see it.',
  }),
  cutoff: z.iso
    .datetime({ offset: true })
    .describe('an instant with its zone, such as 2012-01-15T23:00:00Z or 2012-01-15T15:00:00-08:00')
    .meta({
      means:
        'The moment up to which the thief may have read; it must have passed. Every password set up to then dies, a later one is never touched (I5). When you are not sure, take a later moment.',
    }),
  from: z
    .strictObject({
      name: plainLine.meta({ means: 'The name that mail programs show.' }),
      address: mailbox.meta({
        means:
          'Its domain is yours: links, replies and the contact point must be there or below it. Bounces come back to it.',
      }),
    })
    .meta({ means: 'Who writes.' }),
  replyTo: mailbox.meta({ means: 'Where replies go. Texts may say `{replyTo}`.' }),
  links: z
    .strictObject({
      choosePassword: link.meta({
        means: 'Where a customer chooses a new password. Texts say `{choosePassword}`.',
      }),
      page: link.meta({
        means: 'The page that says more, which the verb `page` writes. Texts say `{page}`.',
      }),
    })
    .meta({ means: 'Where the notice sends its readers. Neither link is personal: no token, no tracking.' }),
  phone: plainLine.optional().meta({
    means: 'A number to call, where people answer it. Texts may then say `{phone}`.',
    without: 'Texts cannot say `{phone}`.',
    examples: ['+1 800 555 0100'],
  }),
  dates: z
    .strictObject({
      breach: date.meta({
        means: 'When the breach happened, or is thought to have. Texts say `{breachDate}`.',
      }),
      breachEnd: date.optional().meta({ means: 'Its last day.', without: 'It lasted one day.' }),
      notice: date.meta({ means: 'The day of the notice. Texts say `{noticeDate}`.' }),
    })
    .optional()
    .meta({
      means: 'The days that the texts may name, written as each language writes dates.',
      without: 'Texts cannot say `{breachDate}` and `{noticeDate}`.',
    }),
  contactPoint: z
    .strictObject({
      name: plainLine.meta({ means: 'The name alone, without an address. Texts say `{contactPoint}`.' }),
      address: mailbox.meta({ means: 'At the From domain or below it. Texts say `{contactPointAddress}`.' }),
    })
    .optional()
    .meta({
      means: 'The data protection officer, or who else answers for personal data (GDPR article 33(3)(b)).',
      without: 'Texts cannot name it, so there can be no notice under the GDPR.',
    }),
  jurisdictions: z
    .strictObject({
      california: places.meta({
        means: 'Where California Civil Code 1798.82 holds.',
        without: 'Nowhere.',
        examples: [['US-CA']],
      }),
      massachusetts: places.meta({
        means: 'Where Massachusetts General Laws 93H hold.',
        without: 'Nowhere.',
        examples: [['US-MA']],
      }),
      gdpr: places.meta({
        means: 'Where GDPR article 34 holds.',
        without: 'Nowhere.',
        examples: [['DE', 'FR', 'NO']],
      }),
    })
    .prefault({})
    .meta({
      means:
        'Where each law holds, by the country, or country and region, of the customer. Case and spaces do not matter; 500 places at most for each. Everybody else gets the notice of no law in particular.',
      without: 'Everybody gets the notice of no law in particular.',
    }),
  approval: z
    .strictObject({
      people: whole(1, 3).meta({
        means:
          '1: whoever starts it may approve. 2: another login than the one that started it must approve. 3: two others, by two logins. [audit.md](audit.md#who) says what a login proves.',
      }),
    })
    .optional()
    .meta({
      means: 'How many different people stand behind what is sent, with the one who starts it.',
      without: 'One person may start and approve.',
      examples: [{ people: 2 }],
    }),
  reminder: z
    .strictObject({
      afterDays: z
        .number()
        .min(0)
        .max(365)
        .describe('days, from 0 to 365')
        .meta({ means: 'How long after the last notice it may go out.' }),
    })
    .nullable()
    .default(null)
    .meta({
      means:
        'One reminder to whoever has no new password yet. It goes out when you say so: `npm run cli -- remind`. Every language then needs words for it.',
      without: 'Nobody is reminded.',
    }),
  defaultLanguage: language.default('en').meta({
    means: 'For customers whose language has no texts below, or is not known.',
  }),
  texts: z.record(language, textsSchema).meta({
    means: 'The notice, once for each language. `LANGUAGE` stands for its code: `en`, `es`, `nb` and so on.',
  }),
  relay: z
    .strictObject({
      sessions: whole(1, 64).default(8).meta({
        means:
          'SMTP sessions at the relay at once, in all, over the lanes and all workers. Of several relays at each. `test-send` opens one more.',
      }),
      messagesPerSession: whole(1, 1_000_000).nullable().default(null).meta({
        means: 'How many messages a session carries before a new one begins, for a relay with a limit.',
        without: 'A session lasts as long as the relay likes.',
      }),
      providers: providersSchema,
      relays: relaysSchema,
    })
    .prefault({})
    .meta({ means: 'How the mail relay is used. `SMTP_URL` says where it is, or where they are.' }),
  pace: z
    .strictObject({
      perSecond: whole(LEAST_PER_SECOND, MOST_PER_SECOND).default(200).meta({
        means: 'Messages a second at most, of all workers together. `set-rate` changes it while it runs.',
      }),
    })
    .prefault({})
    .meta({ means: 'How fast customers are told.' }),
  canary: z
    .strictObject({
      mailboxes: z.array(mailbox).max(50).default([]).meta({
        means: "The company's own mailboxes, 50 at most, which get the notice of a made-up customer first.",
        without: 'There are none.',
      }),
      customers: whole(0, 100_000)
        .default(100)
        .meta({ means: 'How many customers are told before the rest.' }),
      afterwards: z.enum(['hold', 'continue']).describe('hold or continue').default('hold').meta({
        means: '`hold` waits until you have looked at what arrived and say `resume`; `continue` does not.',
      }),
    })
    .prefault({})
    .meta({ means: 'The first few are told, and somebody looks before the rest are.' }),
  breaker: z
    .strictObject({
      windowSeconds: whole(5, 3_600).default(60).meta({ means: 'How far back outcomes count.' }),
      minimumOutcomes: whole(1, 100_000).default(50).meta({
        means: 'Fewer outcomes than this in the window never trip it by their share.',
      }),
      refusedShare: z.number().min(0.01).max(1).describe('a share from 0.01 to 1').default(0.25).meta({
        means:
          'Share of refused customers (4xx and 5xx, or sessions lost at them) in the window that trips it.',
      }),
      sameRefusals: whole(2, 10_000).default(20).meta({
        means:
          'Customers refused one after another in the same words (a quota, a block) that trip it. A quarter of an hour without another ends the row.',
      }),
      receiverRefusals: whole(2, 10_000)
        .optional()
        .meta({
          means:
            'Customers of one receiving domain (or one of `relay.providers`) refused one after another in the same words, while the relay takes others, that put this receiver aside: its customers wait, the others are told.',
          without: '10.',
          examples: [10],
        }),
      sessionFailures: whole(1, 10_000).default(20).meta({
        means:
          'Sessions refused or lost one after another, without one message accepted in between, that trip it; also fewer, if at least three, over half a window. A quarter of an hour without another ends the row.',
      }),
    })
    .prefault({})
    .meta({
      means:
        'What closes the gate at once, without asking. A relay that refuses the sender trips it the first time.',
    }),
  retry: z
    .strictObject({
      firstAfterSeconds: whole(1, 86_400).default(300).meta({
        means:
          'How long a notice that the relay put off (4xx) waits first; then twice as long each time, up to an hour. It must not be more than `forHours`.',
      }),
      forHours: z.number().min(0.001).max(720).describe('hours, from 0.001 to 720').default(72).meta({
        means:
          'How long a notice may be put off. Put off again after that, it has failed. Time in which it was due and not tried (a pause, a relay that was down) does not count.',
      }),
    })
    .prefault({})
    .meta({ means: 'When a notice that the relay put off is tried again.' }),
  onHold: onHoldSchema,
  retention: z
    .strictObject({
      fingerprintsDays: days.optional().meta({
        means:
          'Of the passwords that were expired. Without them nobody can tell any more whether one of these is back, a later incident included.',
        without: 'They are kept for good.',
      }),
      addressesDays: days.optional().meta({
        means: 'To which address each notice went.',
        without: 'They are kept for good.',
      }),
      relayWordsDays: days.optional().meta({
        means: "The relay's own words about whom it refused; they may name people. Its codes stay.",
        without: 'They are kept for good.',
      }),
      journalsDays: days.optional().meta({
        means: "The workers' dot journals, on the disk of each machine.",
        without: 'Each worker removes them ten minutes after the incident is closed.',
      }),
    })
    .optional()
    .meta({
      means:
        'How long after its close what may not be kept for good is kept: in days. `npm run cli -- purge` shows what is due, and with `--go` purges it.',
      without: 'Nothing is ever purged, and `close` says so.',
      examples: [{ fingerprintsDays: 90, addressesDays: 730, relayWordsDays: 90, journalsDays: 7 }],
    }),
  database: databaseSchema.meta({
    means:
      'Which of your tables hold what. `npm run cli -- map` proposes it; [database.md](database.md) says why each part is as it is.',
  }),
});

export type Incident = z.infer<typeof incidentSchema>;
