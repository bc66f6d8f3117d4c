import { needsSmtputf8 } from '../../src/notice/message-headers';

test.each([
  ['ann@shop.test', false],
  ['"a b"@shop.test', false],
  ['jörg@shop.test', true],
  ['ann@bücher.test', true],
  ['ann@xn--bcher-kva.test', false],
])('%s needs SMTPUTF8: %s (C14)', (address, needed) => {
  expect(needsSmtputf8(address)).toBe(needed);
});
