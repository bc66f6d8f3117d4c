import { z } from 'zod';
import { databaseSchema } from './database-schema';
import { LAWS } from './vocabulary';

/**
 * The incident file, as parsed. Facts stand here once; the notice, its text part and the dry run are made from them.
 * What zod cannot say (cutoff in the future, links outside the From domain, placeholders) is in check-incident.ts.
 * A description says what to write: it is shown wherever something else was found (schema-problems.ts).
 */
const line = z.string().trim().min(1).max(300).describe('one line of text, 300 characters at most');
const plainLine = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\n]*$/)
  .describe('one line of text, 300 characters at most');
const paragraphs = z
  .string()
  .trim()
  .min(1)
  .max(10_000)
  .describe('text, 10,000 characters at most; an empty line parts paragraphs');
const host = '(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]';
const mailbox = z
  .string()
  .max(254)
  .regex(new RegExp(`^[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@${host}$`))
  .describe('one plain address, such as care@example.com');
const whole = (min: number, max: number) =>
  z.number().int().min(min).max(max).describe(`a whole number from ${min} to ${max}`);

/** What one disposition (password expired, changed since, none) is told to do. */
const advice = z.strictObject({
  intro: paragraphs,
  steps: z.array(line).max(12).default([]),
  /** About the same password on other sites. */
  elsewhere: paragraphs.optional(),
});

const section = z.strictObject({ heading: line, text: paragraphs });

/** California Civil Code 1798.82(d): headings in the law's own words, and when it happened and was told. */
const california = z.strictObject({
  /** In place of the language's headings; in English the language's own must already be the law's. */
  headings: z
    .strictObject({
      heading: line,
      whatHappened: line,
      whatInformation: line,
      whatWeAreDoing: line,
      whatYouCanDo: line,
      moreInformation: line,
    })
    .optional(),
  /** Stands first in "What happened". */
  dates: paragraphs,
});

/**
 * Massachusetts General Laws 93H section 3(b): the nature of the breach may not be told, so "What happened" is left out, and what
 * else speaks of it is said anew; the rights to a police report and a free security freeze must be told.
 */
const massachusetts = z.strictObject({
  preheader: line,
  opening: paragraphs,
  whatInformation: z.strictObject({ intro: paragraphs, affectedIntro: line, notAffectedIntro: line }),
  whatWeAreDoing: paragraphs,
  rights: section,
});

/** GDPR article 34(2) with 33(3)(b)-(d): a contact point, and the likely consequences. */
const gdpr = z.strictObject({ consequences: section, contact: section });

/** To those who have not chosen a new password; names the old notice's facts no more, so it is the same for every jurisdiction. */
const reminder = z.strictObject({ subject: line, preheader: line, heading: line, text: paragraphs });

/** What the customers' page says otherwise than the notice: it knows no customer. */
const onPage = z.strictObject({
  /** In place of {email}, such as "your e-mail address". */
  email: line,
  /** Headings of what each disposition is told to do. */
  expired: line,
  changedSince: line,
  noPassword: line,
});

/** One language's texts. Paragraphs are parted by a blank line. Placeholders: see check-placeholders.ts. */
export const textsSchema = z.strictObject({
  subject: line,
  preheader: line,
  heading: line,
  /** Holds {name}; used when the customer's name may be printed (see greeting-name.ts). */
  greeting: line,
  neutralGreeting: line,
  /** Behind the greeting, in the notice only: what is about this customer. */
  opening: paragraphs.optional(),
  whatHappened: section,
  whatInformation: z.strictObject({
    heading: line,
    intro: paragraphs,
    affectedIntro: line,
    affected: z.array(line).min(1).max(30),
    notAffectedIntro: line,
    notAffected: z.array(line).min(1).max(30),
  }),
  whatWeAreDoing: section,
  whatYouCanDo: z.strictObject({ heading: line, expired: advice, changedSince: advice, noPassword: advice }),
  moreInformation: section,
  signature: paragraphs,
  california: california.optional(),
  massachusetts: massachusetts.optional(),
  gdpr: gdpr.optional(),
  /** Whose notice is the default language's, for want of words in this one. */
  inDefaultLanguage: z
    .array(z.enum(LAWS).describe('california, massachusetts or gdpr'))
    .max(LAWS.length)
    .default([]),
  reminder: reminder.optional(),
  page: onPage.optional(),
});

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
    .describe('lower-case letters, digits and inner hyphens, 64 at most, such as zappos-2012'),
  title: plainLine,
  /** The instant up to which the thief may have read. Passwords set up to it die; later ones are never touched (I5). */
  cutoff: z.iso
    .datetime({ offset: true })
    .describe('an instant with its zone, such as 2012-01-15T23:00:00Z or 2012-01-15T15:00:00-08:00'),
  from: z.strictObject({ name: plainLine, address: mailbox }),
  replyTo: mailbox,
  links: z.strictObject({ choosePassword: link, page: link }),
  phone: plainLine.optional(),
  dates: z
    .strictObject({
      /** When the breach happened, or is thought to have; until `breachEnd` where it lasted. */
      breach: date,
      breachEnd: date.optional(),
      /** Of the notice. */
      notice: date,
    })
    .optional(),
  /** The data protection officer, or who else answers for data (GDPR article 33(3)(b)). */
  contactPoint: z.strictObject({ name: plainLine, address: mailbox }).optional(),
  /** Where each law holds, by country and region of the customer (choose-variant.ts). Elsewhere the notice is of no law in particular. */
  jurisdictions: z.strictObject({ california: places, massachusetts: places, gdpr: places }).prefault({}),
  /** Null: nobody is reminded. */
  reminder: z
    .strictObject({ afterDays: z.number().min(0).max(365).describe('days, from 0 to 365') })
    .nullable()
    .default(null),
  defaultLanguage: language.default('en'),
  texts: z.record(language, textsSchema),
  relay: z
    .strictObject({
      /** SMTP sessions in all, shared by the lanes. */
      sessions: whole(1, 64).default(8),
      /** A new session after so many messages; null: as long as the relay likes. */
      messagesPerSession: whole(1, 1_000_000).nullable().default(null),
    })
    .prefault({}),
  pace: z.strictObject({ perSecond: whole(1, 1_000_000).default(200) }).prefault({}),
  canary: z
    .strictObject({
      /** The company's own mailboxes, which get the notice of a made-up customer first. */
      mailboxes: z.array(mailbox).max(50).default([]),
      /** So many customers are told before the rest. */
      customers: whole(0, 100_000).default(100),
      afterwards: z.enum(['hold', 'continue']).describe('hold or continue').default('hold'),
    })
    .prefault({}),
  breaker: z
    .strictObject({
      windowSeconds: whole(5, 3_600).default(60),
      /** Fewer outcomes than this in the window never trip it. */
      minimumOutcomes: whole(1, 100_000).default(50),
      /** Share (0-1) of refused customers (4xx and 5xx) in the window that trips it. */
      refusedShare: z.number().min(0.01).max(1).describe('a share from 0.01 to 1').default(0.25),
      /** Customers refused one after another in the same words (a quota, a block) that trip it. */
      sameRefusals: whole(2, 10_000).default(20),
      /** Sessions refused or lost in the window, without one message accepted between, that trip it. */
      sessionFailures: whole(1, 10_000).default(20),
    })
    .prefault({}),
  retry: z
    .strictObject({
      firstAfterSeconds: whole(1, 86_400).default(300),
      /** A deferred notice becomes failed after so many hours. */
      forHours: z.number().min(0.001).max(720).describe('hours, from 0.001 to 720').default(72),
    })
    .prefault({}),
  database: databaseSchema,
});

export type Incident = z.infer<typeof incidentSchema>;
export type IncidentTexts = z.infer<typeof textsSchema>;
