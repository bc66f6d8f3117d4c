import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditWords, WORDS } from '../../src/operator/audit-words';

const src = join(__dirname, '..', '..', 'src');

test('whatever the code writes into the audit log is read out in words', () => {
  const code = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(src, file), 'utf8'))
    .join('\n');
  const written = [
    ...code.matchAll(/action: '([a-z-]+)'/g),
    ...code.matchAll(
      /const (?:RETRY|TEST_SEND|EXPORTED|BEGUN|DONE|ASKED|RELEASED|RECONCILE|AMENDED) = '([a-z-]+)'/g,
    ),
    ...code.matchAll(/record\('([a-z-]+)'/g),
  ].map(([, action]) => action!);
  // decideInDoubt writes which of the two.
  const actions = [...new Set([...written, 'in-doubt-resend', 'in-doubt-leave'])].sort();
  expect(Object.keys(WORDS).sort()).toEqual(actions);
});

test.each([
  ['gate-closed', { reason: 'paused: counsel reads' }, 'closed the gate: paused: counsel reads'],
  ['phase', { phase: 'cancelled', reason: 'letters' }, 'ended the run for good: letters'],
  ['phase', { phase: 'verify' }, 'went to the phase verify'],
  [
    'retry',
    { customers: 2, code: 550, enhanced: '5.7.1', reason: 'lifted' },
    'reopened 2 customers, refused with 550 5.7.1: lifted',
  ],
  [
    'in-doubt-absent',
    { customers: 1, files: [{ name: 'mail.log' }], reason: 'whole' },
    'decided to send again to 1 customer in doubt, who are absent from mail.log: whole',
  ],
  ['close', { notices: { sent: 7, skipped: 1 } }, 'closed the incident: 7 sent, 1 skipped'],
  [
    'test-sent',
    { results: [{ outcome: 'accepted' }, { outcome: 'accepted' }, { outcome: 'refused' }] },
    'what became of the test mails: 2 accepted, 1 refused',
  ],
  ['of-tomorrow', { a: 1 }, 'of-tomorrow: {"a":1}'],
])('%s is told as what was done and why', (action, detail, words) => {
  expect(auditWords({ action, detail: JSON.stringify(detail) })).toBe(words);
});

test.each(['no JSON', '7', 'null', '{}', '{"reason":7,"customers":"x","files":[null],"results":7,"to":{}}'])(
  'an entry that somebody has changed by hand is still read out: %s',
  (detail) => {
    for (const action of Object.keys(WORDS)) expect(auditWords({ action, detail })).not.toBe('');
  },
);
