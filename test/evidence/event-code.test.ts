import { decodeEvents, encodeEvent } from '../../src/evidence/event-code';
import type { QueueEvent } from '../../src/evidence/queue-lives';
import type { DeliveryEnd, LogFact } from '../../src/evidence/read-line';

const ENDS: (DeliveryEnd | null)[] = [null, 'sent', 'bounced', 'thrown-away'];
const DELIVERIES = ENDS.flatMap((end) =>
  [true, false].flatMap((piped) =>
    [null, '4QfDRc0xcrzDr'].flatMap((handedOn) =>
      [null, 'a@b.test', '"a b"@c.test'].map(
        (to): LogFact => ({
          kind: 'delivery',
          end,
          piped,
          handedOn,
          passedTo: handedOn && '2001:db8::9',
          to,
        }),
      ),
    ),
  ),
);
const FACTS: LogFact[] = [
  { kind: 'begun', local: true, client: null },
  { kind: 'begun', local: false, client: '10.0.0.5' },
  { kind: 'begun', local: false, client: null, pid: '4711' },
  { kind: 'begun', local: true, client: null, requeued: '4QfDRc0xcrzDr' },
  { kind: 'message-id', id: 'a b@c.test' },
  { kind: 'message-id', id: '' },
  { kind: 'queued' },
  ...DELIVERIES,
  ...DELIVERIES.map((fact) => ({ ...fact, passedToDomain: 'x.test' }) as LogFact),
  { kind: 'begun', local: false, client: '10.0.0.5', clientDomain: 'x.test' },
  ...DELIVERIES.map((fact) => ({ ...fact, elsewhere: true }) as LogFact),
  { kind: 'refused' },
  { kind: 'withheld', how: 'held' },
  { kind: 'withheld', how: 'thrown-away' },
  { kind: 'removed' },
  { kind: 'other' },
];

test('what is put aside of a message is read back as it was', () => {
  const events = FACTS.map((fact, i): QueueEvent => ({ ms: i * 123_456_789_012, fact }));
  expect(decodeEvents(events.map(encodeEvent).join('\t'))).toEqual(events);
});

test('what a stranger writes into a Message-ID or an address makes no event of its own', () => {
  const hostile = 'x\t0 q\r\n0 e';
  const events: QueueEvent[] = [
    { ms: 1, fact: { kind: 'message-id', id: hostile } },
    {
      ms: 2,
      fact: { kind: 'delivery', end: 'sent', piped: false, handedOn: null, passedTo: null, to: hostile },
    },
  ];
  const harmless = 'x 0 q  0 e';
  expect(decodeEvents(events.map(encodeEvent).join('\t'))).toMatchObject([
    { ms: 1, fact: { id: harmless } },
    { ms: 2, fact: { to: harmless } },
  ]);
});
