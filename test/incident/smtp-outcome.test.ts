import { replyVerdict, type SmtpPhase, type SmtpVerdict } from '../../src/incident/smtp-outcome';

type Row = [SmtpPhase, number, string | null, string, number, SmtpVerdict];

const ROWS: Row[] = [
  // The message itself
  ['dot', 250, '2.0.0', 'Ok: queued as A', 0, 'sent'],
  ['dot', 250, null, '', 0, 'sent'],
  ['dot', 451, '4.3.0', 'try later', 3, 'deferred'],
  ['dot', 452, '4.2.2', 'mailbox full', 3, 'deferred'],
  ['dot', 550, null, 'no', 3, 'failed'],
  ['dot', 554, '5.6.0', 'content', 3, 'failed'],
  ['dot', 554, '5.7.1', 'looks like spam', 3, 'session-refused'],
  ['dot', 421, '4.3.2', 'closing', 3, 'session-refused'],
  ['dot', 452, '4.4.5', 'too many messages this session', 3, 'session-limit'],
  ['dot', 354, null, 'out of place', 3, 'session-refused'],
  // The recipient
  ['rcpt', 550, '5.1.1', 'no such user', 0, 'failed'],
  ['rcpt', 501, null, 'syntax', 0, 'failed'],
  ['rcpt', 553, null, 'mailbox name not allowed', 9, 'failed'],
  ['rcpt', 552, '5.2.2', 'mailbox full', 0, 'failed'],
  ['rcpt', 552, null, 'exceeded', 0, 'deferred'],
  ['rcpt', 452, '4.2.2', 'mailbox full', 9, 'deferred'],
  ['rcpt', 450, '4.2.1', 'greylisted', 0, 'deferred'],
  ['rcpt', 451, null, 'local error', 0, 'deferred'],
  ['rcpt', 550, '5.7.17', 'mailbox owner has changed', 0, 'failed'],
  // Nobody's fault (C06)
  ['rcpt', 550, '5.4.5', 'daily quota exceeded', 9, 'session-refused'],
  ['rcpt', 550, '5.7.1', 'IP blocked', 9, 'session-refused'],
  ['rcpt', 550, '5.1.8', '<care@shop.test>: Sender address rejected: Domain not found', 9, 'session-refused'],
  ['rcpt', 553, '5.1.7', 'bad sender address syntax', 9, 'session-refused'],
  ['rcpt', 450, '4.7.1', 'too much mail from you', 9, 'session-refused'],
  ['rcpt', 452, '4.3.1', 'insufficient storage', 9, 'session-refused'],
  ['rcpt', 530, '5.7.0', 'authenticate first', 0, 'session-refused'],
  ['rcpt', 503, null, 'bad sequence', 9, 'session-refused'],
  ['rcpt', 502, null, 'not implemented', 9, 'session-refused'],
  ['rcpt', 534, null, 'mechanism too weak', 9, 'session-refused'],
  ['rcpt', 538, null, 'encryption needed', 9, 'session-refused'],
  ['rcpt', 421, null, 'down at RCPT', 0, 'session-refused'],
  ['dot', 421, null, 'down at the dot', 9, 'session-refused'],
  ['data', 454, null, 'TLS not available', 9, 'session-refused'],
  ['data', 451, '4.3.0', 'later', 9, 'deferred'],
  ['data', 554, null, 'no', 9, 'failed'],
  ['mail', 550, '5.1.8', 'bad sender', 0, 'session-refused'],
  ['mail', 451, null, 'later', 9, 'session-refused'],
  ['mail', 452, '4.3.1', 'insufficient storage', 9, 'session-refused'],
  // The session's share is used up (C05)
  ['mail', 452, '4.4.5', 'too many messages this session', 50, 'session-limit'],
  ['mail', 452, null, 'Too many messages in this connection', 50, 'session-limit'],
  ['data', 452, '4.4.5', 'too many messages this session', 50, 'session-limit'],
  ['rcpt', 452, '4.5.3', 'too many recipients', 50, 'session-limit'],
  ['rcpt', 452, '4.5.3', 'too many recipients', 0, 'deferred'],
  ['mail', 452, '4.4.5', 'too many messages this session', 0, 'session-refused'],
  ['mail', 452, '4.4.5', 'come back', 50, 'session-limit'],
  // The edges of what a code can be
  ['dot', 400, null, 'later', 0, 'deferred'],
  ['rcpt', 500, null, 'too many messages', 50, 'failed'],
  ['rcpt', 599, null, 'no', 0, 'failed'],
  ['rcpt', 600, null, 'no', 0, 'session-refused'],
  ['data', 552, null, 'exceeded', 0, 'failed'],
  ['data', 450, '4.5.0', 'message limit reached', 50, 'session-limit'],
  ['data', 450, null, 'only 50 per connection', 50, 'session-limit'],
  ['data', 450, '4.5.0', 'later', 50, 'deferred'],
  ['data', 450, '4.2.0', 'too many messages', 50, 'deferred'],
  ['data', 450, null, 'too many messages', 0, 'session-refused'],
  ['rcpt', 550, '5.4.5', 'too many messages', 50, 'session-refused'],
  ['mail', 421, null, 'too many', 50, 'session-limit'],
  ['rcpt', 421, '4.7.0', 'closing', 50, 'session-limit'],
  ['mail', 421, null, 'not today', 0, 'session-refused'],
  ['rcpt', 550, null, 'too many messages in this mailbox', 50, 'failed'],
  // Before there is any message
  ['greeting', 554, null, 'no', 0, 'session-refused'],
  ['ehlo', 550, null, 'no', 0, 'session-refused'],
  ['starttls', 454, '4.7.0', 'not now', 0, 'session-refused'],
  ['auth', 535, '5.7.8', 'wrong', 0, 'session-refused'],
];

test.each(ROWS)(
  '%s %i %s "%s" after %i accepted is %s',
  (phase, code, enhanced, text, acceptedInSession, verdict) => {
    expect(replyVerdict({ phase, code, enhanced, text, acceptedInSession })).toBe(verdict);
  },
);

test('a MAIL refused for its SMTPUTF8 is that message, and only where it was asked for', () => {
  const reply = {
    phase: 'mail',
    code: 553,
    enhanced: '5.6.7',
    text: 'no UTF-8',
    acceptedInSession: 3,
  } as const;
  expect(replyVerdict({ ...reply, smtputf8: true })).toBe('failed');
  expect(replyVerdict({ ...reply, smtputf8: false })).toBe('session-refused');
});

test.each([
  [553, null, 'failed'],
  [555, null, 'failed'],
  [550, '5.6.7', 'failed'],
  [500, '5.6.7', 'failed'],
  [550, null, 'session-refused'],
  [550, '5.6.8', 'session-refused'],
  [450, '4.6.7', 'session-refused'],
  [453, null, 'session-refused'],
])('a MAIL that asked for SMTPUTF8, refused with %i %s, is %s', (code, enhanced, verdict) => {
  const reply = { phase: 'mail', code, enhanced, text: '', acceptedInSession: 3, smtputf8: true } as const;
  expect(replyVerdict(reply)).toBe(verdict);
});

test('no reply whatever makes a customer sent, but 2xx to the dot (I2)', () => {
  const phases: SmtpPhase[] = ['greeting', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'dot'];
  for (const phase of phases) {
    for (let code = 100; code < 700; code++) {
      const sent = replyVerdict({ phase, code, enhanced: null, text: '', acceptedInSession: 1 }) === 'sent';
      expect({ phase, code, sent }).toEqual({
        phase,
        code,
        sent: phase === 'dot' && code >= 200 && code < 300,
      });
    }
  }
});
