import {
  eventOfCells,
  eventOfObject,
  fieldOf,
  meaningOf,
  missingColumns,
} from '../../src/evidence/provider-event';

const AT = Date.parse('2026-11-25T02:06:31Z');

test.each([
  ['Message-ID', 'messageIds'],
  ['smtp_id', 'messageIds'],
  ['Event Type', 'event'],
  ['recordType', 'event'],
  ['Delivered At', 'at'],
  ['email', null],
  ['', null],
])('the column %s is our field %s', (name, field) => {
  expect(fieldOf(name)).toBe(field);
});

test.each([
  [['message_id', 'event'], null],
  [['event'], 'message_id'],
  [['message_id', 'time'], 'event'],
  [['time'], 'message_id and event'],
])('a header of %j lacks %s', (header, missing) => {
  expect(missingColumns(header)).toBe(missing);
});

test.each([
  ['delivered', 'accepted'],
  ['Hard-Bounce', 'accepted'],
  ['out of office', 'nothing'],
  ['teleported', 'unknown'],
  ['', 'unknown'],
])('the word "%s" means %s', (event, meaning) => {
  expect(meaningOf(event)).toBe(meaning);
});

const timed = (time: unknown) => eventOfObject({ message_id: 'x', event: 'y', time }).at;
test.each([
  ['2026-11-25T02:06:31Z', AT],
  ['2026-11-25 02:06:31', AT],
  ['2026-11-25 02:06:31 UTC', AT],
  ['2026-11-25 02:06:31GMT', AT],
  ['2026-11-25T03:06:31+01:00', AT],
  ['2026-11-25T03:06:31.5+0100', AT + 500],
  ['Wed, 25 Nov 2026 02:06:31 GMT', AT],
  [1795572391, AT],
  ['1795572391.25', AT + 250],
  ['179557239', 179_557_239_000],
  ['17955723910', 17_955_723_910_000],
  [1795572391000, AT],
  ['17955723910001', 17_955_723_910_001],
  [' 1795572391 ', AT],
  ['17955723', null],
  ['1795572391000000', null],
  ['about 1795572391000', null],
  ['soon', null],
  [' ', null],
  [null, null],
  [true, null],
  [{ seconds: 1 }, null],
])('the time %j is read as %s', (time, ms) => {
  expect(timed(time)).toBe(ms);
});

test.each([
  ['event goes before status and type', { status: 'a', type: 'b', event: ' c ' }, 'c'],
  ['an empty one, and one that is no word, say nothing', { event: '', eventType: 7, status: 'a' }, 'a'],
  ['none', { event: null }, null],
])('what happened is told by one of its fields: %s', (_, object, event) => {
  expect(eventOfObject({ ...object, message_id: 'x' }).event).toBe(event);
});

test('all that may be the Message-ID is kept, the nearer to the top the earlier; an empty or foreign value is none', () => {
  const object = {
    mail: {
      messageId: 'third',
      headers: [
        { name: 'Message-ID', value: '<fourth>' },
        { name: 7, value: 'no' },
      ],
    },
    message_id: '<first>',
    'smtp-id': 2,
    msgid: '',
    rfcMessageId: true,
    headerMessageId: null,
  };
  expect(eventOfObject(object).messageIds).toEqual(['first', '2', 'third', 'fourth']);
});

test('what is nested deeper than any provider nests is not looked at', () => {
  const nested = (depth: number): Record<string, unknown> =>
    depth === 0 ? { message_id: 'x' } : { in: nested(depth - 1) };
  expect(eventOfObject(nested(5)).messageIds).toEqual(['x']);
  expect(eventOfObject(nested(6)).messageIds).toEqual([]);
});

test('what is around a Message-ID is no part of it', () => {
  expect(eventOfObject({ message_id: ' <a@b.test> ', event: 'y' }).messageIds).toEqual(['a@b.test']);
});

test('cells go by their header; one that is missing is empty', () => {
  expect(eventOfCells(['note', 'Message-ID', 'event', 'time'], ['n', '<a@b.test>', 'sent'])).toEqual({
    messageIds: ['a@b.test'],
    event: 'sent',
    at: null,
  });
});
