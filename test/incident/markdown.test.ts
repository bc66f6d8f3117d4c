import { withCommands } from '../../src/incident/markdown';

test.each([
  ['a verb', 'Try npm run cli -- settle; then go on.', 'Try `npm run cli -- settle`; then go on.'],
  [
    'its options',
    'npm run cli -- pause --direct --incident zappos-2012.',
    '`npm run cli -- pause --direct --incident zappos-2012`.',
  ],
  ['a program', 'start one with npm run worker. Then', 'start one with `npm run worker`. Then'],
  [
    'a verb by itself, with an option',
    'Put it right, then resume --relay mail.a:25. Nobody',
    'Put it right, then `resume --relay mail.a:25`. Nobody',
  ],
  ['words with a dash', 'a relay-wide, non-stop *hold*', 'a relay-wide, non-stop \\*hold\\*'],
])('of what is to be typed the Web UI makes no other dashes: %s', (_, words, shown) => {
  expect(withCommands(words)).toBe(shown);
});
