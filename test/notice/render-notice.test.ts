import { simpleParser } from 'mailparser';
import { cleanName, greetingName } from '../../src/incident/greeting-name';
import { type CompiledNotice, compileNotices, type NoticeSet } from '../../src/notice/compile-notice';
import { escapeHtml } from '../../src/notice/notice-html';
import { openNotice, renderNotice } from '../../src/notice/render-notice';
import { hasRightToLeft } from '../../src/notice/right-to-left';
import { hostileNames } from './hostile-names';
import { readWithPython, testWithPython } from './python-reader';
import { testIncident } from './test-incident';
import { wireFault } from './wire-fault';

const SEED = 20120115;
const NAMES = hostileNames(SEED, 1_000);
const DATE = Date.UTC(2024, 4, 2, 3, 4, 5);
const base = { address: 'ann.lee@mail.test', messageId: '0123456789abcdef@shop.test', date: DATE };

let set: NoticeSet;
let variants: CompiledNotice[];
beforeAll(async () => {
  set = await compileNotices(testIncident());
  variants = [...set.variants.values()];
});

test('no byte of any variant with any of 1,000 hostile names breaks the rules of the wire (C10, C11, C12, C13)', () => {
  for (const variant of variants) {
    for (const [i, name] of NAMES.entries()) {
      const wrong = wireFault(renderNotice(variant, { ...base, name }).toString('latin1'));
      if (wrong)
        throw new Error(`${variant.language}/${variant.disposition}, name ${i} of seed ${SEED}: ${wrong}`);
    }
  }
});

test('mailparser reads back exactly the name, address and text that went in, for 1,000 hostile names', async () => {
  for (const [i, name] of NAMES.entries()) {
    const variant = variants[i % variants.length]!;
    const address = `customer-${i}.x@mail.test`;
    const mail = await simpleParser(renderNotice(variant, { ...base, address, name }), {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
    });
    const expected = expectedParts(variant, name, address);
    const context = `name ${i} of seed ${SEED}`;
    expect([context, mail.text]).toEqual([context, expected.text]);
    expect([context, mail.html]).toEqual([context, expected.html]);
    const to = Array.isArray(mail.to) ? mail.to : [mail.to!];
    expect(to.flatMap((list) => list.value.map((mailbox) => mailbox.address))).toEqual([address]);
    expect(mail.messageId).toBe(`<${base.messageId}>`);
    expect(mail.date).toEqual(new Date(DATE));
    expect(mail.subject).toBe(testIncident().texts[variant.language]!.subject);
  }
});

testWithPython(
  'Python reads back exactly the name, address and text that went in, for 1,000 hostile names',
  () => {
    const messages = NAMES.map((name, i) =>
      renderNotice(variants[i % variants.length]!, { ...base, address: `customer-${i}.x@mail.test`, name }),
    );
    const read = readWithPython(messages);
    for (const [i, name] of NAMES.entries()) {
      const variant = variants[i % variants.length]!;
      const expected = expectedParts(variant, name, `customer-${i}.x@mail.test`);
      const clean = cleanName(name);
      expect({ i, ...read[i] }).toEqual({
        i,
        from: ['Harbour Shop <notice@shop.test>'],
        to: [`customer-${i}.x@mail.test`],
        subject: testIncident().texts[variant.language]!.subject,
        messageId: `<${base.messageId}>`,
        date: '2024-05-02T03:04:05+00:00',
        text: expected.text,
        html: expected.html,
        names: clean === '' ? [] : [clean],
        links: expect.arrayContaining([testIncident().links.page]),
        defects: [],
      });
    }
  },
);

test('a name that the greeting lets through stands in both parts as it is, or as it is but for its edges', () => {
  for (const raw of NAMES) {
    const greeting = greetingName(raw);
    if (!('name' in greeting)) continue;
    const { text, html } = openNotice(
      renderNotice(set.variants.get('en/default/none')!, { ...base, name: greeting.name }),
    );
    expect(html).toContain(`<bdi>${escapeHtml(greeting.name)}</bdi>,`);
    expect(text).toContain(
      hasRightToLeft(raw) ? `Dear \u2068${greeting.name}\u2069,` : `Dear ${greeting.name},`,
    );
  }
});

test('a name in another direction is isolated in the text, others are left alone (C23)', () => {
  const english = set.variants.get('en/default/expired')!;
  const arabic = set.variants.get('ar/default/expired')!;
  const text = (variant: CompiledNotice, name: string) =>
    openNotice(renderNotice(variant, { ...base, name })).text;
  expect(text(english, 'Ann')).toContain('\nDear Ann,\n');
  expect(text(english, 'نور')).toContain('\nDear \u2068نور\u2069,\n');
  expect(text(arabic, 'Ann')).toContain('\nمرحبًا \u2068Ann\u2069،\n');
  expect(text(english, '\u202Eevil\u202E')).toContain('\nDear evil,\n');
});

test('an address that begins with figures keeps its order in a right-to-left notice (C25)', () => {
  const { text, html } = openNotice(
    renderNotice(set.variants.get('ar/default/expired')!, {
      ...base,
      name: null,
      address: '0123456@qq.test',
    }),
  );
  expect(text.split('\u20660123456@qq.test\u2069')).toHaveLength(3);
  expect(html.split('<span dir="ltr">0123456@qq.test</span>')).toHaveLength(3);
});

test('without a name, or with one of spaces only, the neutral greeting stands in both parts', () => {
  for (const name of [null, '', ' \r\n']) {
    const { text, html } = openNotice(
      renderNotice(set.variants.get('en/default/expired')!, { ...base, name }),
    );
    expect(text).toContain('\nDear customer,\n');
    expect(html).toContain('>Dear customer,<');
    expect(html).not.toContain('<bdi>');
  }
});

test('no slot mark and no placeholder is left in any variant (C22)', () => {
  for (const variant of variants) {
    for (const name of [null, 'Ann']) {
      const message = renderNotice(variant, { ...base, name });
      const { headers, text, html } = openNotice(message);
      expect(`${headers.join('\n')}${text}${html}`.replace(/<style[\s\S]*?<\/style>/g, '')).not.toMatch(
        /[\uFDD0-\uFDEF{}]/,
      );
    }
  }
});

test('a non-ASCII address stands raw in To and nowhere else is the message more than 7-bit (C14)', async () => {
  const message = renderNotice(set.variants.get('en/default/expired')!, {
    ...base,
    name: null,
    address: 'jörg@shop.test',
  });
  expect(message.toString('utf8')).toContain('\r\nTo: jörg@shop.test\r\n');
  expect(wireFault(message.toString('utf8').replace('To: jörg', 'To: jorg'))).toBeNull();
  const mail = await simpleParser(message);
  expect(mail.text).toContain('account of jörg@shop.test.');
});

test.each([
  'a..b@carrier.test',
  '"a..b"@carrier.test',
  '"a b"@x.test',
  'a@[127.0.0.1]',
  "o'hara+tag=1@x.test",
  'Foo@X.test',
])('%j stands in To exactly as given (C15, C18)', (address) => {
  const message = renderNotice(variants[0]!, { ...base, name: null, address }).toString('latin1');
  expect(message).toContain(`\r\nTo: ${address}\r\n`);
  expect(wireFault(message)).toBeNull();
});

test('an address that looks like markup is an address in the HTML, and nothing else (C22)', () => {
  const { html } = openNotice(
    renderNotice(variants[0]!, { ...base, name: null, address: '"<b>&amp;"@x.test' }),
  );
  expect(html).toContain('&quot;&lt;b&gt;&amp;amp;&quot;@x.test');
  expect(html).not.toContain('<b>&amp;');
});

test('of 1,000 customers with unique marks no message holds the mark of another, also after a refused one (C43)', () => {
  const customers = Array.from({ length: 1_000 }, (_, i) => ({
    name: i % 7 === 0 ? null : `Mark${i}Name`,
    address: `mark${i}mail@x.test`,
    messageId: `mark${i}id@shop.test`,
    date: DATE + i * 1_000,
  }));
  const messages = customers.map((customer, i) => {
    const variant = variants[i % variants.length]!;
    const refused = {
      name: `Refused${i}`,
      address: `refused${i}@x.test`,
      messageId: 'id@shop.test',
      date: Number.NaN,
    };
    expect(() => renderNotice(variant, refused)).toThrow('valid date');
    return renderNotice(variant, customer);
  });
  for (const [i, message] of messages.entries()) {
    const { headers, text, html } = openNotice(message);
    const marks = new Set(
      `${headers.join('\n')}${text}${html}`.match(/(?:mark|refused)\d+/gi)?.map((mark) => mark.toLowerCase()),
    );
    expect([...marks]).toEqual([`mark${i}`]);
    expect(headers[0]).toBe(`Date: ${new Date(DATE + i * 1_000).toUTCString().replace('GMT', '+0000')}`);
  }
});

test('the headers are those of an automatic notice, and of no marketing', () => {
  const { headers } = openNotice(
    renderNotice(set.variants.get('en/default/expired')!, { ...base, name: 'Ann' }),
  );
  expect(headers.map((line) => line.split(':')[0])).toEqual([
    'Date',
    'From',
    'Reply-To',
    'To',
    'Message-ID',
    'Subject',
    'MIME-Version',
    'Auto-Submitted',
    'Content-Language',
    'Content-Type',
  ]);
  expect(headers).toContain('Auto-Submitted: auto-generated');
});

/** What both parts must say: the variant as rendered for a name that needs no encoding, with the names exchanged. */
function expectedParts(variant: CompiledNotice, raw: string, address: string) {
  const name = cleanName(raw);
  const { text, html } = openNotice(
    renderNotice(variant, { ...base, address: 'MARK@MARK', name: name === '' ? null : 'MARKNAME' }),
  );
  const isolate = !variant.rightToLeft && hasRightToLeft(name);
  return {
    text: text
      .split('MARKNAME')
      .join(isolate ? `\u2068${name}\u2069` : name)
      .split('MARK@MARK')
      .join(address),
    html: html.split('MARKNAME').join(escapeHtml(name)).split('MARK@MARK').join(address),
  };
}
