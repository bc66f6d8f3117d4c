import { greetingName } from '../../src/incident/greeting-name';
import { type CompiledNotice, compileNotices } from '../../src/notice/compile-notice';
import { foreignPart, type OwnData } from '../../src/notice/guard-message';
import { renderNotice } from '../../src/notice/render-notice';
import { hostileNames } from './hostile-names';
import { testIncident } from './test-incident';

let notices: CompiledNotice[];
let english: CompiledNotice;
beforeAll(async () => {
  const { variants } = await compileNotices(testIncident());
  notices = [...variants.values()];
  english = variants.get('en/default/expired')!;
});

const ann: OwnData = { address: 'ann@x.test', name: 'Ann', messageId: 'a1@shop.test' };
const bob: OwnData = { address: 'bob@x.test', name: 'Bob', messageId: 'b2@shop.test' };
const made = (own: OwnData, notice = english) => renderNotice(notice, { ...own, date: Date.now() });

test('a message of the approved text and its own customer passes, in every variant, with a name and without', () => {
  for (const notice of notices)
    for (const own of [ann, { ...ann, name: null }])
      expect(foreignPart(made(own, notice), notice, own)).toBeNull();
});

// A false alarm stops a run of 24 million: what the renderer may write must pass, whatever the name and the address.
test('no name and no address that can be sent raises a false alarm', () => {
  const names = [
    ...hostileNames(11, 2_000),
    'Ann',
    "O'Hara",
    'R&D',
    'x"<y',
    'محمد',
    'שרה',
    '=3D',
    'F',
    'From ',
    '美咲',
    'a=',
  ];
  const addresses = [
    'ann@x.test',
    `${'l'.repeat(64)}@${'d'.repeat(60)}.test`,
    '"a b"@x.test',
    '"<>&"@x.test',
    "o'hara+x=y@x.test",
    'jörg@x.test',
    'From@x.test',
    '".."@x.test',
    'a&amp=b@x.test',
  ];
  let named = 0;
  for (const [i, raw] of names.entries()) {
    const greeting = greetingName(raw);
    const name = 'name' in greeting ? greeting.name : null;
    if (name !== null) named++;
    const own = { address: addresses[i % addresses.length]!, name, messageId: `${i}@shop.test` };
    const notice = notices[i % notices.length]!;
    expect([raw, foreignPart(made(own, notice), notice, own)]).toEqual([raw, null]);
  }
  expect(named).toBeGreaterThan(100);
});

/** The message to Ann, with something of Bob's in it. */
const mixed = (change: Partial<OwnData>) => made({ ...ann, ...change });
const firstReplaced = (message: Buffer, from: string, to: string) =>
  Buffer.from(message.toString('latin1').replace(from, to), 'latin1');

test.each<[string, () => Buffer, string]>([
  ['the whole message of another', () => made(bob), 'the To header'],
  ['the To header of another', () => firstReplaced(made(ann), 'To: ann@', 'To: bob@'), 'the To header'],
  [
    'a second address in To',
    () => firstReplaced(made(ann), 'To: ann@x.test', 'To: ann@x.test, bob@x.test'),
    'the To header',
  ],
  ["another's name", () => mixed({ name: 'Bob' }), 'the greeting of the text part'],
  [
    "another's name in one part",
    () => lastReplaced(made(ann), 'Ann', 'Bob'),
    'the greeting of the HTML part',
  ],
  [
    "another's address in the text",
    () => firstReplaced(made(ann), 'ann@x=2Etest', 'bob@x=2Etest'),
    'the address in the text part',
  ],
  [
    "another's address in the HTML",
    () => lastReplaced(made(ann), 'ann@x=2Etest', 'bob@x=2Etest'),
    'the address in the HTML part',
  ],
  ["another's Message-ID", () => mixed({ messageId: bob.messageId }), 'the Message-ID'],
  [
    'an earlier recipient that the text has kept',
    () => firstReplaced(made(ann), 'We are sorry', 'bob@x.test We are sorry'),
    'the text',
  ],
  ['one octet of the text', () => firstReplaced(made(ann), 'We are sorry', 'We are sorrY'), 'the text'],
  ['the very first octet', () => Buffer.concat([Buffer.from('X'), made(ann).subarray(1)]), 'the text'],
  [
    'a header more',
    () => firstReplaced(made(ann), 'MIME-Version', 'Bcc: bob@x.test\r\nMIME-Version'),
    'the text',
  ],
  ['something after the end', () => Buffer.concat([made(ann), made(bob)]), 'the end'],
  ['its end missing', () => made(ann).subarray(0, -10), 'the text'],
  ['nothing', () => Buffer.alloc(0), 'the text'],
  ['a date that is none', () => firstReplaced(made(ann), 'Date: ', 'Date: yesterday, '), 'the date'],
])('%s is found (C43)', (_, leaky, where) => {
  expect(foreignPart(leaky(), english, ann)).toBe(where);
});

type Replace = (message: Buffer, from: string, to: string) => Buffer;

// A slot holds the customer's own value and nothing beside it, at either end.
test.each<[string, Replace, string, string, string]>([
  ['after the Message-ID', firstReplaced, '<a1@', '<a1@shop.test b2@', 'the Message-ID'],
  ['before the Message-ID', firstReplaced, '<a1@', '<b2@shop.test a1@', 'the Message-ID'],
  ['after the address in To', firstReplaced, 'To: ann@x.test', 'To: ann@x.test, bob@x.test', 'the To header'],
  ['before the address in To', firstReplaced, 'To: ann@', 'To: bob@x.test, ann@', 'the To header'],
  ['after the name in the text', firstReplaced, 'Ann=', 'Ann Bob=', 'the greeting of the text part'],
  ['before the name in the text', firstReplaced, 'Ann=', 'Bob Ann=', 'the greeting of the text part'],
  ['after the name in the HTML', lastReplaced, 'Ann=', 'Ann Bob=', 'the greeting of the HTML part'],
  ['before the name in the HTML', lastReplaced, 'Ann=', 'Bob Ann=', 'the greeting of the HTML part'],
  [
    'after the address in the text',
    firstReplaced,
    '=2Etest=',
    '=2Etest bob@x.test=',
    'the address in the text part',
  ],
  [
    'before the address in the text',
    firstReplaced,
    'ann@x=2E',
    'bob@x.test ann@x=2E',
    'the address in the text part',
  ],
  [
    'after the address in the HTML',
    lastReplaced,
    '=2Etest=',
    '=2Etest bob@x.test=',
    'the address in the HTML part',
  ],
  [
    'before the address in the HTML',
    lastReplaced,
    'ann@x=2E',
    'bob@x.test ann@x=2E',
    'the address in the HTML part',
  ],
  ['after the date', firstReplaced, '+0000', '+0000 bob@x.test', 'the date'],
  ['before the date', firstReplaced, 'Date: ', 'Date: bob@x.test ', 'the date'],
])(
  'something of another customer beside the own value is found: %s (C43)',
  (_, replace, own, leaky, where) => {
    expect(foreignPart(replace(made(ann), own, leaky), english, ann)).toBe(where);
  },
);

function lastReplaced(message: Buffer, from: string, to: string): Buffer {
  const text = message.toString('latin1');
  const at = text.lastIndexOf(from);
  return Buffer.from(text.slice(0, at) + to + text.slice(at + from.length), 'latin1');
}

test('what is written for HTML does not count as the address in the text, nor half an isolate as one', () => {
  const own: OwnData = { address: 'a&b@x.test', name: 'محمد', messageId: 'a1@shop.test' };
  expect(foreignPart(made(own), english, own)).toBeNull();
  const asHtml = firstReplaced(made(own), 'a&b@x=2Etest', 'a&amp;b@x=2Etest');
  expect(foreignPart(asHtml, english, own)).toBe('the address in the text part');
  const half = firstReplaced(made(own), '=E2=81=A8', '');
  expect(foreignPart(half, english, own)).toBe('the greeting of the text part');
});

test('a name where there should be none, and none where there should be one, is found', () => {
  expect(foreignPart(made(ann), english, { ...ann, name: null })).not.toBeNull();
  expect(foreignPart(made({ ...ann, name: null }), english, ann)).not.toBeNull();
});

test('a template into which something was written since it was compiled is found, wherever it is', async () => {
  const { variants } = await compileNotices(testIncident());
  const notice = variants.get('en/default/expired')!;
  notice.named.fixed.at(-1)!.write('bob@x.test', 100);
  expect(foreignPart(made(ann, notice), notice, ann)).toBe('the text');
});
