import {
  bareMessageId,
  knownMessages,
  lackingSenders,
  ownMac,
  tally,
} from '../../src/evidence/known-messages';

const mac = (i: number) => i.toString(16).padStart(16, '0').padEnd(40, '7');
const at = (time: number) => ({ from: time, to: time + 5 });

// Beyond 1024 and 2048 the arrays are made anew.
test('a known message is found again as it was added, however many there are', () => {
  const known = knownMessages();
  for (let i = 0; i < 5_000; i++) known.add(mac(i), at(i * 10), i % 3 === 0);
  for (let i = 0; i < 5_000; i += 7) known.markFound(known.find(mac(i)));
  const seen = Array.from({ length: 5_000 }, (_, i) => {
    const index = known.find(mac(i));
    return [known.accepted(index), known.isFirstAttempt(index), known.isFound(index)];
  });
  expect(known.size).toBe(5_000);
  expect(seen).toEqual(Array.from({ length: 5_000 }, (_, i) => [at(i * 10), i % 3 === 0, i % 7 === 0]));
  expect(known.find(mac(5_000))).toBe(-1);
});

test('two that share the half of their digits are two; one that is added twice is one, as it was at first', () => {
  const known = knownMessages();
  const [one, other, third, atTheSlotOfOne] = [
    '0000000100000002',
    '0000000300000002',
    '0000000100000004',
    '0000000100000802',
  ].map((bits) => bits.padEnd(40, '0'));
  known.add(one!, at(10), true);
  known.add(other!, at(20), false);
  known.add(one!, at(30), false);
  expect(known.size).toBe(2);
  const found = [one, other, third, atTheSlotOfOne].map((mark) => known.find(mark!));
  expect(found).toEqual([0, 1, -1, -1]);
  expect(known.accepted(0)).toEqual(at(10));
  expect(known.isFirstAttempt(0)).toBe(true);
});

test('a hole is as wide as the messages that are missing in it, and what else was found then is counted', () => {
  const known = knownMessages();
  const times = [0, 10, 20, 30, 40, 100];
  for (const [i, time] of times.entries()) known.add(mac(i), at(time), true);
  for (const i of [0, 2, 4, 5]) known.markFound(i);
  expect(tally(known, { from: 0, to: 50 })).toEqual({
    known: 5,
    missing: 2,
    gap: { from: 10, to: 35 },
    foundInGap: 1,
  });
  expect(tally(known, { from: 15, to: 30 })).toEqual({
    known: 3,
    missing: 2,
    gap: { from: 10, to: 35 },
    foundInGap: 1,
  });
  expect(tally(known, { from: 16, to: 29 })).toEqual({ known: 1, missing: 0, gap: null, foundInGap: 0 });
  expect(tally(known, { from: 200, to: 300 })).toEqual({ known: 0, missing: 0, gap: null, foundInGap: 0 });
});

test('who sent what the log lacks is told of the span alone, each once; who was found lacks nothing', () => {
  const known = knownMessages();
  const sent = [
    { time: 0, sender: 1 },
    { time: 10, sender: 2 },
    { time: 20, sender: 3 },
    { time: 30, sender: 2 },
    { time: 40, sender: 4 },
  ];
  for (const [i, { time, sender }] of sent.entries()) known.add(mac(i), at(time), true, sender);
  known.markFound(2);
  expect(lackingSenders(known, { from: 5, to: 40 })).toEqual([1, 2, 4]);
  expect(lackingSenders(known, { from: 6, to: 39 })).toEqual([2]);
  expect(lackingSenders(known, { from: 20, to: 25 })).toEqual([]);
});

test.each([
  ['<a@b.test>', 'a@b.test'],
  [' < a@b.test > ', 'a@b.test'],
  ['a@b.test', 'a@b.test'],
  ['<a@b.test', '<a@b.test'],
  ['x<a@b.test>', 'x<a@b.test>'],
  ['<a\nb>', 'a\nb'],
  ['<a@b.test>x', '<a@b.test>x'],
])('the Message-ID in %j is %j', (text, id) => {
  expect(bareMessageId(text)).toBe(id);
});

const MAC = 'ab'.repeat(20);
test.each([
  [`<${MAC}@shop.test>`, MAC],
  [`r${MAC}@shop.test`, MAC],
  [`${MAC.toUpperCase()}@SHOP.test`, MAC],
  [`${MAC}@other.test`, null],
  [`${MAC}@chop.test`, null],
  [`${MAC}@other-shop.test`, null],
  [`x${MAC}@shop.test`, null],
  [`${MAC}0@shop.test`, null],
  [`${MAC.slice(1)}@shop.test`, null],
  [`${MAC}.x@shop.test`, null],
  ['', null],
])('of the Message-ID %s our own mark is %s', (id, expected) => {
  expect(ownMac(id, 'Shop.test')).toBe(expected);
});
