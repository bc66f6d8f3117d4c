import { holds, LINE, type Limit, list, optional, times, x } from './schema-limits';

const PROSE: Limit = { taken: ['x', x(10_000), 'two\n\nparagraphs'], refused: ['', ' \n', x(10_001), null] };

test.each<[string, Limit]>([
  ...[
    ...['subject', 'preheader', 'heading', 'greeting', 'neutralGreeting', 'whatHappened.heading'],
    ...['whatInformation.heading', 'whatInformation.affectedIntro', 'whatInformation.notAffectedIntro'],
    ...['whatInformation.affected.0', 'whatInformation.notAffected.0', 'whatWeAreDoing.heading'],
    ...['whatYouCanDo.heading', 'whatYouCanDo.expired.steps.0', 'moreInformation.heading'],
    ...[
      'massachusetts.preheader',
      'massachusetts.whatInformation.affectedIntro',
      'massachusetts.rights.heading',
    ],
    ...['gdpr.consequences.heading', 'gdpr.contact.heading'],
    ...['reminder.subject', 'reminder.preheader', 'reminder.heading'],
    ...['page.email', 'page.expired', 'page.changedSince', 'page.noPassword'],
  ].map((path): [string, Limit] => [path, LINE]),
  ...[
    ...['whatHappened.text', 'whatInformation.intro', 'whatWeAreDoing.text', 'whatYouCanDo.expired.intro'],
    ...['whatYouCanDo.changedSince.intro', 'whatYouCanDo.noPassword.intro', 'moreInformation.text'],
    ...['signature', 'california.dates', 'massachusetts.opening', 'massachusetts.whatInformation.intro'],
    ...['massachusetts.whatWeAreDoing', 'gdpr.consequences.text', 'gdpr.contact.text', 'reminder.text'],
  ].map((path): [string, Limit] => [path, PROSE]),
  ['opening', optional(PROSE)],
  ['whatYouCanDo.expired.elsewhere', optional(PROSE)],
  ['whatYouCanDo.expired.steps', optional(list(12, 'x'))],
  ['whatInformation.affected', list(30, 'x', 1)],
  ['whatInformation.notAffected', list(30, 'x', 1)],
  ['california.headings', { taken: [undefined], refused: [{}, { heading: 'x' }] }],
  ['california', { taken: [undefined], refused: [{}, null] }],
  ['massachusetts', { taken: [undefined], refused: [{}, null] }],
  ['gdpr', { taken: [undefined], refused: [{}, null] }],
  ['reminder', { taken: [undefined], refused: [{}, null] }],
  ['page', { taken: [undefined], refused: [{}, null] }],
  [
    'inDefaultLanguage',
    optional({
      taken: [[], ['gdpr'], ['california', 'massachusetts', 'gdpr']],
      refused: [['norway'], times(4, 'gdpr'), 'gdpr'],
    }),
  ],
])('texts.en.%s takes what is within its limits, and no more', (path, limit) =>
  holds(`texts.en.${path}`, limit),
);
