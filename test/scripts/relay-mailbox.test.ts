import { messageIdOf } from '../../scripts/relay/mailbox';

test.each([
  ['the usual', 'Subject: x\r\nMessage-ID: <a@x.test>\r\nTo: y', 'a@x.test'],
  ['the first line', 'message-id:<a@x.test>\r\nTo: y', 'a@x.test'],
  ['another case, and spaces', 'To: y\r\nMESSAGE-Id :  <a@x.test>  ', 'a@x.test'],
  ['folded before the id', 'To: y\r\nMessage-ID:\r\n <a@x.test>\r\nTo: z', 'a@x.test'],
  ['the first of two', 'Message-ID: <a>\r\nMessage-ID: <b>', 'a'],
  ['none', 'Subject: x', ''],
  ['only in another field', 'X-Message-ID: <b>\r\nIn-Reply-To: <c>\r\nReferences:\r\n Message-ID: <d>', ''],
  ['without brackets', 'Message-ID: a@x.test', 'a@x.test'],
  ['never closed', 'Message-ID: <a@x.test\r\nTo: <b@x.test>', '?a@x.test'],
])('the Message-ID of a header: %s', (_, header, expected) => {
  expect(messageIdOf(Buffer.from(`${header}\r\n\r\nMessage-ID: <body@x.test>\r\n`))).toBe(expected);
});

test('a body without a header has none', () => {
  expect(messageIdOf(Buffer.from('\r\nMessage-ID: <body@x.test>\r\n'))).toBe('');
  expect(messageIdOf(Buffer.alloc(0))).toBe('');
});
