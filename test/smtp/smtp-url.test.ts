import { isLoopback, parseSmtpUrl } from '../../src/smtp/smtp-url';

test.each([
  ['smtp://mail.shop.test', { host: 'mail.shop.test', port: 25, tls: 'required', credentials: null }],
  ['smtp://mail.shop.test:2525?tls=no', { port: 2525, tls: 'no' }],
  ['smtp://mail.shop.test?tls=optional', { tls: 'optional' }],
  ['smtp://u:p@mail.shop.test', { port: 587, tls: 'required', credentials: { user: 'u', password: 'p' } }],
  ['smtps://u:p@mail.shop.test/', { port: 465, tls: 'implicit' }],
  ['smtp://127.0.0.1:1025', { tls: 'no', display: '127.0.0.1:1025' }],
  ['smtp://127.9.9.9', { tls: 'no' }],
  ['smtp://[::1]:1025', { host: '::1', tls: 'no', display: '[::1]:1025' }],
  ['smtp://localhost:25?tls=required', { tls: 'required' }],
  ['smtp://localhost:25?tls=optional', { tls: 'optional' }],
  ['smtp://u:p@localhost', { tls: 'no', credentials: { user: 'u', password: 'p' } }],
  [
    'smtp://me%40x.test:a%2Fb%3Ac%25%23@mail.shop.test',
    { credentials: { user: 'me@x.test', password: 'a/b:c%#' } },
  ],
  ['smtp://m.test?name=mail.shop.test&ca=/etc/ca.pem', { ehloName: 'mail.shop.test', caFile: '/etc/ca.pem' }],
])('%s', (url, expected) => {
  expect(parseSmtpUrl(url)).toMatchObject(expected);
});

test.each([
  ['mail.shop.test', /write smtp:\/\//],
  ['http://mail.shop.test', /begins with http:\/\/.*write smtp:\/\//],
  ['smtp://', /no (URL|host)/],
  ['smtp://mail.shop.test/path', /after the port/],
  ['smtp://mail.shop.test:25#x', /after the port/],
  ['smtp://mail.shop.test?tls=maybe', /tls=maybe is unknown; write tls=required/],
  ['smtp://mail.shop.test?secure=1', /\?secure= is unknown; the settings are tls, name and ca/],
  ['smtp://mail.shop.test?name=', /is empty/],
  ['smtp://mail.shop.test?name=a%0d%0aQUIT', /not a host name/],
  ['smtps://mail.shop.test?tls=no', /contradict/],
  ['smtp://user@mail.shop.test', /user but no password/],
  ['smtp://u:hunter2@mail.shop.test?tls=no', /in clear.*leave tls= out/],
  ['smtp://u:hunter2@mail.shop.test?tls=optional', /in clear/],
  ['smtp://u:hunter2%ff@mail.shop.test', /percent-encoded/],
  ['smtp://u%00x:hunter2@mail.shop.test', /percent-encoded/],
  ['smtp://u:hunter2@:25', /./],
  ['smtp://u:hunter2/x@mail.shop.test', /./],
])('refuses %s, says what to write and never shows the password', (url, words) => {
  expect(() => parseSmtpUrl(url)).toThrow(words);
  expect(() => parseSmtpUrl(url)).not.toThrow(/hunter2/);
});

test('only this machine is loopback', () => {
  expect(['localhost', '127.0.0.1', '127.255.0.1', '::1'].every(isLoopback)).toBe(true);
  expect(['127.evil.test', 'localhost.evil.test', '10.0.0.1', '::2'].some(isLoopback)).toBe(false);
});
