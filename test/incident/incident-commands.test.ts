import { INCIDENT_VERBS, withIncident } from '../../src/incident/incident-commands';

const named = (words: string) => withIncident(words, 'zappos-2012');

test.each(INCIDENT_VERBS)('%s names the incident', (verb) => {
  expect(named(`Run: npm run cli -- ${verb}; then resume.`)).toBe(
    `Run: npm run cli -- ${verb} --incident zappos-2012; then resume.`,
  );
});

test.each([
  [
    'npm run cli -- settle --postfix-log FILE.',
    'npm run cli -- settle --incident zappos-2012 --postfix-log FILE.',
  ],
  [
    'npm run cli -- settle; then npm run cli -- resume',
    'npm run cli -- settle --incident zappos-2012; then npm run cli -- resume --incident zappos-2012',
  ],
  [
    'First npm run cli -- close or npm run cli -- resume --incident other.',
    'First npm run cli -- close --incident zappos-2012 or npm run cli -- resume --incident other.',
  ],
  [
    '- `npm run cli -- pause`\n- `npm run cli -- resume`',
    '- `npm run cli -- pause --incident zappos-2012`\n- `npm run cli -- resume --incident zappos-2012`',
  ],
])('each command of %j', (words, all) => expect(named(words)).toBe(all));

test.each([
  'npm run cli -- resume --incident zappos-2012',
  'npm run cli -- approve --by "Jo" --incident zappos-2012 --content HASH',
  'npm run cli -- map --out database.yaml',
  'npm run cli -- preview FILE',
  'npm run cli -- upgrade',
  'npm run worker; npm start -- FILE --go',
  'npm run cli -- statements FILE',
  'settle, then resume',
])('%j stays as it is', (words) => expect(named(words)).toBe(words));

test('said twice it is named once', () => {
  const once = named('npm run cli -- settle; npm run cli -- resume');
  expect(named(once)).toBe(once);
});
