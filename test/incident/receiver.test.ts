import {
  domainsOf,
  nameOnRecord,
  type ReceiverSeen,
  receiversBy,
  receiverWords,
  tellReceivers,
} from '../../src/incident/receiver';

const providers = { google: ['gmail.com', 'googlemail.com'] };

test('a domain is its own receiver, unless the file puts it with others', () => {
  const receiverOf = receiversBy(providers);
  expect(['"a@b"@mail.example', 'ann@gmail.com', 'jo@googlemail.com'].map(receiverOf)).toEqual([
    'mail.example',
    'google',
    'google',
  ]);
});

test('the domains of a receiver are those that the file gives its provider, or the one that it is', () => {
  expect(domainsOf('google', providers)).toEqual(['gmail.com', 'googlemail.com']);
  expect(domainsOf('mail.example', providers)).toEqual(['mail.example']);
  expect(domainsOf('google')).toEqual(['google']);
});

test('a domain that fewer than 20 customers have is not named on record, as it may be a family; what the file names is', () => {
  expect(nameOnRecord('big.example', 20)).toBe('big.example');
  expect(nameOnRecord('smith-family.example', 19, providers)).toBe('a domain that few customers have');
  expect(nameOnRecord('google', 1, providers)).toBe('google');
});

const WAITS = { state: 'aside' as const, reason: '550', since: 's', nextTryAt: 'soon' };

test('Temporal is told no name that few have', () => {
  const told = tellReceivers(
    [
      { ...WAITS, receiver: 'big.example', customers: 20 },
      { ...WAITS, receiver: 'smith-family.example', customers: 19 },
      { ...WAITS, receiver: 'google', customers: 1 },
    ],
    providers,
  );
  expect(told.map(({ name }) => name)).toEqual(['big.example', null, 'google']);
  expect(told.map(receiverWords)).toEqual([
    '20 customers at big.example wait: it does not take our mail at the moment (550); a few are tried again from soon on',
    '19 customers at a small receiver wait: it does not take our mail at the moment (550); a few are tried again from soon on',
    '1 customer at google waits: it does not take our mail at the moment (550); a few are tried again from soon on',
  ]);
});

test('of very many receivers the page shows the first ten', () => {
  const many = Array.from({ length: 11 }, (_, i) => ({ ...WAITS, receiver: `r${i}`, customers: 100 - i }));
  expect(tellReceivers(many).map(({ name }) => name)).toEqual(
    many.slice(0, 10).map(({ receiver }) => receiver),
  );
});

test('a receiver that somebody paused, and one of which no time is known, promise no next try', () => {
  const seen: ReceiverSeen = { ...WAITS, name: 'big.example', customers: 20, nextTryAt: null };
  expect(receiverWords({ ...seen, state: 'paused', reason: 'their postmaster asked' })).toBe(
    '20 customers at big.example wait, since somebody paused it (their postmaster asked)',
  );
  expect(receiverWords(seen)).toBe(
    '20 customers at big.example wait: it does not take our mail at the moment (550)',
  );
});
