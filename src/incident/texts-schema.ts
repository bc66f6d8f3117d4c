import { z } from 'zod';
import { LAWS } from './vocabulary';

/**
 * One language's texts of the incident file. `description` says what to write, `means` what it is and `without` what happens where it
 * is left out: the parser's errors, docs/incident-file.md and docs/incident.schema.json are made from these (`npm run docs`).
 */
const line = z.string().trim().min(1).max(300).describe('one line of text, 300 characters at most');
const paragraphs = z
  .string()
  .trim()
  .min(1)
  .max(10_000)
  .describe('text, 10,000 characters at most; an empty line separates paragraphs');

/** What one disposition is told to do. */
const advice = z
  .strictObject({
    intro: paragraphs.meta({ means: 'The first words.' }),
    steps: z
      .array(line)
      .max(12)
      .default([])
      .meta({ means: 'What to do, as a numbered list; 12 at most.', without: 'There is no list.' }),
    elsewhere: paragraphs.optional().meta({
      means: 'About the same password on other sites. It stands after the steps.',
      without: 'Nothing is said about it.',
    }),
  })
  .meta({ shape: { heading: 'Advice', means: 'What one group of customers is told to do.' } });

const section = z.strictObject({
  heading: line.meta({ means: 'Its heading.' }),
  text: paragraphs.meta({ means: 'Its text.' }),
});

const california = z.strictObject({
  headings: z
    .strictObject({
      heading: line.meta({ means: 'In place of `heading`.' }),
      whatHappened: line.meta({ means: 'In place of `whatHappened.heading`.' }),
      whatInformation: line.meta({ means: 'In place of `whatInformation.heading`.' }),
      whatWeAreDoing: line.meta({ means: 'In place of `whatWeAreDoing.heading`.' }),
      whatYouCanDo: line.meta({ means: 'In place of `whatYouCanDo.heading`.' }),
      moreInformation: line.meta({ means: 'In place of `moreInformation.heading`.' }),
    })
    .optional()
    .meta({
      means: "Headings for California's notice alone.",
      without: "The language's own headings stand. In English these must then be the law's.",
    }),
  dates: paragraphs.meta({
    means: 'When it happened and when it was told. It stands first in "What happened".',
    examples: ['Date of the breach: {breachDate}'],
  }),
});

const massachusetts = z.strictObject({
  preheader: line.meta({ means: 'In place of `preheader`.' }),
  opening: paragraphs.meta({ means: 'In place of `opening`, without a word about the breach.' }),
  whatInformation: z
    .strictObject({
      intro: paragraphs.meta({ means: 'In place of `whatInformation.intro`.' }),
      affectedIntro: line.meta({ means: 'In place of `whatInformation.affectedIntro`.' }),
      notAffectedIntro: line.meta({ means: 'In place of `whatInformation.notAffectedIntro`.' }),
    })
    .meta({ means: 'What the two lists are called there. The lists stay.' }),
  whatWeAreDoing: paragraphs.meta({ means: 'In place of `whatWeAreDoing.text`.' }),
  rights: section.meta({ means: 'The rights to a police report and to a free security freeze.' }),
});

const gdpr = z.strictObject({
  consequences: section.meta({ means: 'The likely consequences of the breach.' }),
  contact: section.meta({
    means: 'Who answers for personal data. The text must say `{contactPointAddress}`.',
  }),
});

const reminder = z.strictObject({
  subject: line.meta({ means: 'Subject of the reminder.' }),
  preheader: line.meta({ means: 'Shown beside the subject by many mail programs.' }),
  heading: line.meta({ means: 'The heading.' }),
  text: paragraphs.meta({ means: 'The text before what to do, which is the same as in the notice.' }),
});

const onPage = z.strictObject({
  email: line.meta({
    means: 'Stands for `{email}`: the page knows no customer.',
    examples: ['the one of your account with us'],
  }),
  expired: line.meta({ means: 'Heading of what to do where the old password was expired.' }),
  changedSince: line.meta({ means: 'Heading of what to do for those who chose a new password already.' }),
  noPassword: line.meta({ means: 'Heading of what to do for those whose account has no password.' }),
});

/** One language's texts. What a placeholder may stand for, and where: check-placeholders.ts. */
export const textsSchema = z.strictObject({
  subject: line.meta({ means: 'Subject of the notice, the same for everybody: it cannot say `{email}`.' }),
  preheader: line.meta({ means: 'Shown beside the subject by many mail programs.' }),
  heading: line.meta({ means: 'The heading above the notice.' }),
  greeting: line.meta({
    means:
      "Used where the customer's name may be printed. It must say `{name}` where the customers have a column for it.",
    examples: ['Dear {name},'],
  }),
  neutralGreeting: line.meta({
    means: 'For customers without a name, or with one that looks like a link or an advertisement.',
  }),
  opening: paragraphs.optional().meta({
    means:
      "The words after the greeting, about this customer. In the mail only: the customers' page leaves them out.",
    without: 'The notice goes straight to its facts.',
  }),
  whatHappened: section.meta({ means: 'What happened.' }),
  whatInformation: z
    .strictObject({
      heading: line.meta({ means: 'Its heading.' }),
      intro: paragraphs.meta({ means: 'The first words.' }),
      affectedIntro: line.meta({ means: 'Stands before the list of what the thief may have seen.' }),
      affected: z.array(line).min(1).max(30).meta({ means: 'What the thief may have seen, 1 to 30 items.' }),
      notAffectedIntro: line.meta({ means: 'Stands before the list of what the thief did not see.' }),
      notAffected: z
        .array(line)
        .min(1)
        .max(30)
        .meta({ means: 'What the thief did not see, 1 to 30 items; none may be in both lists.' }),
    })
    .meta({ means: 'What information was involved, and what was not.' }),
  whatWeAreDoing: section.meta({ means: 'What the company is doing.' }),
  whatYouCanDo: z
    .strictObject({
      heading: line.meta({ means: 'Its heading.' }),
      expired: advice.meta({
        means: 'For those whose password was expired. Its words must say `{choosePassword}`.',
      }),
      changedSince: advice.meta({
        means: 'For those who chose a new password after the cutoff: it stays, and they need do nothing.',
      }),
      noPassword: advice.meta({ means: 'For those who have no password here.' }),
    })
    .meta({ means: 'What the customer can do. It depends on what became of the password.' }),
  moreInformation: section.meta({ means: 'Where to read more and whom to ask.' }),
  signature: paragraphs.meta({ means: 'The last words.' }),
  california: california.optional().meta({
    means:
      "California Civil Code 1798.82(d): headings in the law's own words, and when it happened and was told.",
    without:
      'Customers under it get the default language, where `inDefaultLanguage` allows it. The default language must have it.',
  }),
  massachusetts: massachusetts.optional().meta({
    means:
      'Massachusetts General Laws 93H section 3(b): the nature of the breach may not be told, so "What happened" is left out, and what else speaks of it is said anew; the rights must be told.',
    without:
      'Customers under it get the default language, where `inDefaultLanguage` allows it. The default language must have it.',
  }),
  gdpr: gdpr.optional().meta({
    means: 'GDPR article 34(2) with 33(3)(b) to (d): a contact point, and the likely consequences.',
    without:
      'Customers under it get the default language, where `inDefaultLanguage` allows it. The default language must have it.',
  }),
  inDefaultLanguage: z
    .array(z.enum(LAWS).describe('california, massachusetts or gdpr'))
    .max(LAWS.length)
    .default([])
    .meta({
      means:
        "Laws whose customers may get the default language's notice instead of this one. Without this word the dry run stops where that would happen to somebody.",
      without: 'Nobody may.',
    }),
  reminder: reminder.optional().meta({
    means:
      'To those who have no new password yet. It does not describe the breach, so it is the same under every law.',
    without: 'Allowed only where the file has no reminder.',
  }),
  page: onPage.optional().meta({
    means: "What the customers' page says otherwise than the notice.",
    without: 'The verb `page` refuses the file. Nothing else needs it.',
  }),
});

export type IncidentTexts = z.infer<typeof textsSchema>;
