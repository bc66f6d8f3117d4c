import { logTimeReader } from '../../src/evidence/log-time';
import { readLine } from '../../src/evidence/read-line';

const readTime = logTimeReader(Date.parse('2026-11-25T06:00:00Z'));
/** What a line of Postfix says, and of which queue id. */
function factOf(line: string) {
  const read = readLine(`Nov 25 02:06:31 mx postfix/${line}`, readTime);
  return typeof read === 'string' || 'lost' in read ? read : [read.queueId, read.fact];
}
const delivery = (change: object) => ({
  ...{ kind: 'delivery', to: 'a@b.test', end: 'sent', handedOn: null, passedTo: null, piped: false },
  ...change,
});
const SENT = 'to=<a@b.test>, relay=mx.bank.test[10.0.0.9]:25, delay=1, dsn=2.0.0, status=sent (250 ok)';
const OF_BANK = { passedTo: '10.0.0.9', passedToDomain: 'bank.test' };

test.each<[string, object]>([
  ['cleanup[1]: 4F1A2B3C: message-id=<a@b.test>', { kind: 'message-id', id: '<a@b.test>' }],
  [
    'smtpd[1]: 4F1A2B3C: client=app.shop.test[10.0.0.5]',
    begun({ client: '10.0.0.5', clientDomain: 'shop.test' }),
  ],
  ['smtpd[1]: 4F1A2B3C: client=unknown[10.0.0.5]:4711', begun({ client: '10.0.0.5' })],
  ['smtpd[1]: 4F1A2B3C: client=7.0.0.10[10.0.0.5]', begun({ client: '10.0.0.5' })],
  ['smtpd[1]: 4F1A2B3C: client=a.127[10.0.0.5]', begun({ client: '10.0.0.5' })],
  [
    'smtpd[1]: 4F1A2B3C: client=mx.shop.com.au[10.0.0.5]',
    begun({ client: '10.0.0.5', clientDomain: 'shop.com.au' }),
  ],
  [
    'smtpd[1]: 4F1A2B3C: client=mx.one.shop.test[10.0.0.5]',
    begun({ client: '10.0.0.5', clientDomain: 'shop.test' }),
  ],
  ['smtpd[1]: 4F1A2B3C: client=', begun({ client: null })],
  ['pickup[1]: 4F1A2B3C: uid=0 from=<root>', begun({ local: true, client: null })],
  [
    'pickup[1]: 4F1A2B3C: uid=0 from=<a@b.test> orig_id=5A6B7C8D',
    begun({ local: true, client: null, requeued: '5A6B7C8D' }),
  ],
  [`smtp[1]: 4F1A2B3C: ${SENT}`, delivery(OF_BANK)],
  [`pipe[1]: 4F1A2B3C: ${SENT}`, delivery({ ...OF_BANK, piped: true })],
  [
    'local[1]: 4F1A2B3C: to=<a@b.test>, relay=local, status=sent (delivered to file: /dev/null)',
    delivery({ end: 'thrown-away' }),
  ],
  [
    'smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=none, status=bounced (delivered to file: /dev/null)',
    delivery({ end: 'bounced' }),
  ],
  [`discard[1]: 4F1A2B3C: to=<a@b.test>, relay=none, status=sent (b)`, delivery({ end: 'thrown-away' })],
  ['discard[1]: 4F1A2B3C: to=<a@b.test>, relay=none, status=deferred (b)', delivery({ end: null })],
  ['smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=none, delay=1', { kind: 'other' }],
  [
    'smtp[1]: 4F1A2B3C: to=<c@b.test>, orig_to=<a@b.test>, relay=mx.bank.test[10.0.0.9]:25, status=sent (250 ok: queued as 5A6B7C8D)',
    delivery({ ...OF_BANK, elsewhere: true, handedOn: '5A6B7C8D' }),
  ],
  [
    'smtp[1]: 4F1A2B3C: to=<A@B.test>, orig_to=<a@b.test>, relay=mx.bank.test[10.0.0.9]:25, status=sent (250 ok)',
    delivery(OF_BANK),
  ],
  [
    'smtp[1]: 4F1A2B3C: to=<a@b.test>, relay=mx.bank.test[10.0.0.9]:25, status=deferred (450 queued as 5A6B7C8D)',
    delivery({ end: null }),
  ],
  ['qmgr[1]: 4F1A2B3C: removed', { kind: 'removed' }],
  ['postsuper[1]: 4F1A2B3C: removed', delivery({ to: null, end: 'thrown-away' })],
  ['postsuper[1]: 4F1A2B3C: requeued', { kind: 'other' }],
  [
    'qmgr[1]: 4F1A2B3C: from=<a@b.test>, status=force-expired, returned to sender',
    delivery({ to: null, end: 'bounced' }),
  ],
  ['qmgr[1]: 4F1A2B3C: from=<a@b.test>, size=1, nrcpt=1 (queue active)', { kind: 'queued' }],
  ['qmgr[1]: 4F1A2B3C: from=<a@b.test>, size=1', { kind: 'other' }],
  ['cleanup[1]: 4F1A2B3C: milter-discard: END-OF-MESSAGE from x', { kind: 'withheld', how: 'thrown-away' }],
  ['cleanup[1]: 4F1A2B3C: hold: header X: y', { kind: 'withheld', how: 'held' }],
  ['cleanup[1]: 4F1A2B3C: milter-reject: END-OF-MESSAGE from x', { kind: 'refused' }],
  ['smtpd[1]: 4F1A2B3C: not ours', { kind: 'other' }],
])('what %s says', (line, fact) => {
  expect(factOf(line)).toEqual(['4F1A2B3C', fact]);
});

test.each<[string, object]>([
  ['smtpd[1]: connect from app[10.0.0.5]', { kind: 'connect', client: 'app[10.0.0.5]' }],
  [
    'smtpd[1]: lost connection after DATA (12 bytes) from app[10.0.0.5]',
    { kind: 'broken-off', client: 'app[10.0.0.5]' },
  ],
  [
    'smtpd[1]: 4F1A2B3C: lost connection after RCPT from app[10.0.0.5]',
    { kind: 'broken-off', client: 'app[10.0.0.5]' },
  ],
  ['smtpd[1]: lost connection after END-OF-MESSAGE from app[10.0.0.5]', { kind: 'other' }],
  ['qmgr[1]: connect from app[10.0.0.5]', { kind: 'other' }],
  [
    'smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 ok; from=<a@b.test> to=<c@d.test>',
    { kind: 'proxied', from: 'a@b.test' },
  ],
  ['smtpd[1]: disconnect from app[10.0.0.5] ehlo=1 mail=3 rcpt=3 data=2/3 quit=1 commands=9/10', ended(2, 0)],
  ['smtpd[1]: disconnect from app[10.0.0.5] ehlo=1 mail=3 rcpt=3 data=2/3 commands=9/10', ended(2, 1)],
  ['smtpd[1]: disconnect from app[10.0.0.5] ehlo=1 mail=2 rcpt=2 data=2 commands=7', ended(2, 0)],
  ['smtpd[1]: disconnect from app[10.0.0.5] ehlo=1 quit=1 commands=2', ended(0, 0)],
  ['smtpd[1]: disconnect from app[10.0.0.5] ehlo=1 mail=1 rcpt=1 bdat=1 quit=1 commands=5', ended(null, 0)],
  ['smtpd[1]: disconnect from app[10.0.0.5]', ended(null, 0)],
])('what %s says of a session', (line, fact) => {
  expect(factOf(line)).toEqual([null, fact]);
});

function begun(change: object) {
  return { kind: 'begun', local: false, ...change };
}
function ended(accepted: number | null, uncertain: number) {
  return { kind: 'disconnect', client: 'app[10.0.0.5]', accepted, uncertain };
}
