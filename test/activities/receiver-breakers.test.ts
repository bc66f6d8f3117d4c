import { putOff, receiverBreakers, unexplained } from '../../src/activities/receiver-breakers';
import type { ReceiverWatch } from '../../src/activities/watches';
import type { Claimed } from '../../src/books/claim';
import type { ReceiverBooks } from '../../src/books/kept-back';
import type { Incident } from '../../src/incident/incident-schema';
import { type ReceiverState, receiversBy } from '../../src/incident/receiver';
import type { DotQuestion, Outcome, Outgoing, SessionTrouble } from '../../src/smtp/outcome';

const file = { breaker: { receiverRefusals: 2 } } as Pick<Incident, 'breaker'>;
const books = { receiverOf: receiversBy() } as ReceiverBooks;
const claimOf = (probes: string[] = []) =>
  ({
    probes: new Map(probes.map((key) => [key, { receiver: 'big.test', fence: 1 }])),
    knownReceivers: new Set<string>(),
  }) as unknown as Claimed;
const shut = (state: ReceiverState, objection: string | null = null): ReceiverWatch => ({
  stateOf: (receiver) => (receiver === 'big.test' ? state : 'open'),
  objection: () => objection,
  stop: () => undefined,
});
const to = (key: string, domain = 'big.test') => ({ key, address: `${key}@${domain}` }) as Outgoing<string>;
const askedOf = (message: Outgoing<string>) => ({ message }) as DotQuestion<string>;
const trouble: SessionTrouble = {
  kind: 'policy',
  at: 'rcpt',
  code: 550,
  enhanced: '5.7.1',
  text: '5.7.1 no',
};
const refused: Outcome = {
  ...{ kind: 'refused', phase: 'before-dot', verdict: 'failed', at: 'rcpt' },
  ...{ code: 550, enhanced: null, text: 'go away' },
};
const taken: Outcome = { kind: 'accepted', phase: 'after-dot', code: 250, queueId: null, text: '' };

test('no dot goes to a receiver that is paused; to one that is aside only that of a try (I2)', () => {
  const of = (state: ReceiverState) => {
    const receivers = receiverBreakers().of({ books: { incident: 1 }, file }, 'one');
    const { objection } = receivers.ofClaim(books, claimOf(['tried']), shut(state));
    return [to('a'), to('tried'), to('b', 'other.test')].map((message) => objection(askedOf(message)));
  };
  expect(of('open')).toEqual([null, null, null]);
  expect(of('aside')).toEqual(['the receiver of a customer of the claim is aside', null, null]);
  expect(of('paused')).toEqual([
    ...['a', 'tried'].map(() => 'the receiver of a customer of the claim is paused'),
    null,
  ]);
});

test('a database that has not answered lately lets no dot go out', () => {
  const receivers = receiverBreakers().of({ books: { incident: 1 }, file }, 'one');
  const { objection } = receivers.ofClaim(
    books,
    claimOf(),
    shut('open', 'the database has not answered lately'),
  );
  expect(objection(askedOf(to('a')))).toBe('the database has not answered lately');
});

test('the last refusal stops the claim and is explained with all of its receiver; what a try meets is, too', () => {
  const claim = claimOf(['tried']);
  const receivers = receiverBreakers()
    .of({ books: { incident: 1 }, file }, 'one')
    .ofClaim(books, claim, shut('open'));
  expect(receivers.answered(to('a'), refused)).toBeNull();
  expect(receivers.answered(to('o', 'other.test'), taken)).toBeNull();
  expect(receivers.explains({ customerId: 'a', address: 'a@big.test' })).toBe(false);
  expect(receivers.answered(to('tried'), refused)).toBeNull();
  expect(receivers.answered(to('b'), refused)).toMatchObject({ check: 'receiver' });
  expect(receivers.trips()).toEqual([{ code: 550, said: '550', customers: 2 }]);
  expect(receivers.explains({ customerId: 'z', address: 'z@big.test' })).toBe(true);
  expect(receivers.explains({ customerId: 'z', address: 'z@other.test' })).toBe(false);
  expect(receivers.explains({ customerId: 'tried', address: 'tried@other.test' })).toBe(true);
});

test('what one claim has seen counts in the next; of another incident, or by another relay, nothing does', () => {
  const breakers = receiverBreakers();
  const next = (incident: number, relay = 'one') =>
    breakers.of({ books: { incident }, file }, relay).ofClaim(books, claimOf(), shut('open'));
  next(1).answered(to('a'), refused);
  next(1).answered(to('o', 'other.test'), taken);
  expect(next(2).answered(to('b'), refused)).toBeNull();
  expect(next(1, 'two').answered(to('b'), refused)).toBeNull();
  expect(next(1).answered(to('b'), refused)).toMatchObject({ check: 'receiver' });
});

test('by a receiver that is put aside nobody fails, and nobody is given back to be asked again at once', () => {
  expect(putOff(refused)).toMatchObject({ kind: 'refused', verdict: 'deferred', code: 550 });
  const released: Outcome = { kind: 'released', phase: 'before-dot', trouble };
  expect(putOff(released)).toMatchObject({ kind: 'refused', verdict: 'deferred', text: '5.7.1 no' });
  for (const outcome of [
    taken,
    { kind: 'released', phase: 'before-dot', trouble: null },
    { kind: 'released', phase: 'before-dot', trouble: { ...trouble, at: 'mail' } },
    { kind: 'unknown', phase: 'after-dot', trouble },
  ] satisfies Outcome[])
    expect(putOff(outcome)).toBe(outcome);
});

test('the trouble of such is not counted again; any other is', () => {
  const other = { ...trouble, text: '5.7.1 your relay is not welcome' };
  const lost: SessionTrouble = { ...trouble, kind: 'lost', code: null, enhanced: null, text: 'ECONNRESET' };
  const released: Outcome = { kind: 'released', phase: 'before-dot', trouble };
  expect(unexplained([trouble, other, lost], [released])).toEqual([other, lost]);
});
