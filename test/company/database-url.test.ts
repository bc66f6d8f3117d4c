import { DatabaseUrlError, parseDatabaseUrl, weaknessOf } from '../../src/company/database-url';

const FAR = { tls: 'identity', caFile: null, socketPath: null };

test.each<[string, object]>([
  [
    'mysql://u:p@db.shop.test/shop',
    { host: 'db.shop.test', port: 3306, user: 'u', password: 'p', schema: 'shop', ...FAR },
  ],
  ['mariadb://u:p@db.shop.test:3307/shop', { port: 3307, display: 'db.shop.test:3307', ...FAR }],
  ['MySQL://DB.Shop.test/shop', { host: 'db.shop.test', ...FAR }],
  [
    'mysql://root@127.0.0.1:33306/shop',
    { user: 'root', password: '', tls: 'no', display: '127.0.0.1:33306' },
  ],
  ['mysql://localhost/shop', { user: '', tls: 'no' }],
  ['mysql://db_1.internal/shop', { host: 'db_1.internal', user: '', tls: 'identity' }],
  ['mysql://[::1]:3307/shop', { host: '::1', port: 3307, tls: 'no', display: '[::1]:3307' }],
  ['mysql://u@[0:0:0:0:0:0:0:1]/shop', { host: '::1', tls: 'no' }],
  ['mysql://u@[2001:DB8::1]/shop', { host: '2001:db8::1', tls: 'identity', display: '[2001:db8::1]:3306' }],
  ['mysql://me%40x.test:a%2Fb%3Ac%25%23%3F%40@db/shop', { user: 'me@x.test', password: 'a/b:c%#?@' }],
  ['mysql://u:a:b+c@db/shop', { password: 'a:b+c' }],
  ['mysql://u@db/caf%C3%A9%20%2F1', { schema: 'café /1' }],
  ['mysql://u@db/shop?ca=/etc/my%26co+1.pem', { caFile: '/etc/my&co+1.pem', tls: 'identity' }],
  ['mysql://u@localhost/shop?ca=/etc/ca.pem', { caFile: '/etc/ca.pem', tls: 'identity' }],
  ['mysql://u@db/shop?cert=/c.pem&key=/k.pem', { certFile: '/c.pem', keyFile: '/k.pem', tls: 'identity' }],
  ['mysql://u@db/shop?ssl-ca=/a&ssl-cert=/c&ssl-key=/k', { caFile: '/a', certFile: '/c', keyFile: '/k' }],
  [
    'mysql://u@localhost/shop?socket=/run/mysqld/mysqld.sock',
    { socketPath: '/run/mysqld/mysqld.sock', tls: 'no' },
  ],
  ['mysql:///shop?socket=/run/my.sock', { socketPath: '/run/my.sock', user: '', display: '/run/my.sock' }],
])('%s', (url, expected) => {
  expect(parseDatabaseUrl(url)).toMatchObject(expected);
});

// C79: the usual spellings of both servers, of PostgreSQL, Go and Java.
test.each([
  ['ssl-mode=DISABLED', 'no'],
  ['ssl-mode=REQUIRED', 'encrypted'],
  ['ssl-mode=VERIFY_CA', 'ca'],
  ['ssl-mode=VERIFY_IDENTITY', 'identity'],
  ['ssl_mode=verify-identity', 'identity'],
  ['sslMode=VERIFY_IDENTITY', 'identity'],
  ['sslMode=trust', 'encrypted'],
  ['sslmode=require', 'encrypted'],
  ['sslmode=verify-ca', 'ca'],
  ['sslmode=verify-full', 'identity'],
  ['ssl=true', 'identity'],
  ['ssl=required', 'identity'],
  ['tls=true', 'identity'],
  ['tls=skip-verify', 'encrypted'],
  ['useSSL=true', 'identity'],
])('?%s works as it says', (setting, tls) => {
  expect(parseDatabaseUrl(`mysql://u:p@db.shop.test/shop?${setting}`).tls).toBe(tls);
  expect(parseDatabaseUrl(`mysql://u:p@127.0.0.1/shop?${setting}`).tls).toBe(tls);
});

test.each(['sslmode=disable', 'ssl=false', 'tls=false', 'useSSL=0'])(
  '?%s is for this machine alone',
  (setting) => {
    expect(parseDatabaseUrl(`mysql://u:p@[::1]/shop?${setting}`).tls).toBe('no');
    expect(() => parseDatabaseUrl(`mysql://u:p@db.shop.test/shop?${setting}`)).toThrow(
      /would send customers' data to db\.shop\.test in clear; leave it out, or, if you want that, write ssl-mode=DISABLED/,
    );
  },
);

test.each<[string, RegExp]>([
  ['', /not a URL; write mysql:\/\//],
  ['db.shop.test', /not a URL/],
  ['postgres://u:hunter2@db/shop', /begins with postgres:; write mysql:\/\//],
  ['jdbc:mysql://db/shop', /begins with jdbc:/],
  ['mysql:db/shop', /not a URL/],
  ['mysql://u:hunter2@db/', /names no schema; write the company's/],
  ['mysql://u:hunter2@db', /names no schema/],
  ['mysql://u:hunter2@db/shop/x', /more than a schema/],
  ['mysql://u:hunter2@/shop', /names no host/],
  ['mysql://u:hunter2@db:0/shop', /port is not a number from 1/],
  ['mysql://u:hunter2@db:99999/shop', /port/],
  ['mysql://u:hunter2@db:x/shop', /port/],
  ['mysql://u:hunter2@db,db2/shop', /host is neither a name nor an address.*one host/],
  ['mysql://u:hunter2@1.2.3/shop', /host is neither a name nor an address/],
  ['mysql://u:hunter2@[db]/shop', /host is neither a name nor an address/],
  ['mysql://u:hunter2@[::1/shop', /host is neither a name nor an address/],
  ['mysql://u:hunter2@::1/shop', /port is not a number/],
  ['mysql://:hunter2@db/shop', /password but no user/],
  ['mysql://u:hunter2 @db/shop', /space or a line end/],
  ['mysql://u:hunter2@db/shop\r', /space or a line end/],
  ['mysql://u:hunter2%@db/shop', /percent-encoded.*write %25/],
  ['mysql://u:hunter2%ff@db/shop', /percent-encoded/],
  ['mysql://u:hunter2%00@db/shop', /percent-encoded/],
  ['mysql://u:hunter2#x@db/shop', /%40 for @, %2F for \/, %3F for \? and %23 for #/],
  ['mysql://u:12#hunter2@db/shop', /%23/],
  ['mysql://u:hunter2/x@db/shop', /%2F/],
  ['mysql://u:12/hunter2@db/shop', /%2F/],
  ['mysql://u:hunter2?x@db/shop', /%3F/],
  ['mysql://u:12?hunter2@db/shop', /%3F/],
  ['mysql://u:p@12?hunter2=1&x@db/shop', /%40/],
  ['mysql://u:p@hunter2@db/shop', /%40/],
  ['mysql://u:p@db/shop#hunter2', /%23/],
  ['mysql://u:p@db/shop?ssl-mode=PREFERRED', /would go on unencrypted if.*VERIFY_IDENTITY/],
  ['mysql://u:p@db/shop?sslmode=prefer', /go on unencrypted/],
  ['mysql://u:p@db/shop?tls=preferred', /go on unencrypted/],
  [
    'mysql://u:p@db/shop?ssl={"rejectUnauthorized":false,"key":"hunter2"}',
    /holds JSON; write ssl-mode=.*ca=FILE/,
  ],
  ['mysql://u:p@db/shop?ssl=Amazon%20RDS', /\?ssl=\.\.\. is unknown/],
  ['mysql://u:p@db/shop?ssl-mod=REQUIRED', /\?ssl-mod= is unknown; write ssl-mode=\./],
  ['mysql://u:p@db/shop?password=hunter2', /\?password= is unknown; the settings are ssl-mode/],
  ['mysql://u:12?hunter2', /names no schema/],
  ['mysql://u:p@db/shop?=hunter2', /not a list of settings/],
  ['mysql://u:p@db/shop?ca=', /\?ca= is empty/],
  [
    'mysql://u:p@db/shop?charset=latin1',
    /\?charset= cannot be set; leave it out: each connection speaks utf8mb4/,
  ],
  ['mysql://u:p@db/shop?serverTimezone=UTC', /\?serverTimezone= cannot be set.*UTC/],
  ['mysql://u:p@db/shop?multipleStatements=true', /one statement/],
  ['mysql://u:p@db/shop?allowMultiQueries=true', /one statement/],
  ['mysql://u:p@db/shop?ssl-mode=VERIFY_CA&sslmode=require', /\?sslmode= repeats what ssl-mode says/],
  ['mysql://u:p@db/shop?ssl=true&ssl-mode=REQUIRED', /repeats what/],
  ['mysql://u:p@db/shop?ca=/a&ca=/b', /repeats what/],
  ['mysql://u:p@db/shop?ssl-mode=REQUIRED&ca=/a', /no verification; write ssl-mode=VERIFY_IDENTITY/],
  ['mysql://u:p@localhost/shop?tls=false&ca=/a', /no verification/],
  ['mysql://u:p@db/shop?cert=/a', /without its key/],
  ['mysql://u:p@db/shop?socket=/a', /socket and another host/],
  ['mysql://u:p@localhost:3306/shop?socket=/a', /socket and another host or a port/],
  ['mysql://u:p@localhost/shop?socket=/a&ssl-mode=REQUIRED', /on a socket/],
])('refuses %s', (url, words) => {
  expect(() => parseDatabaseUrl(url)).toThrow(DatabaseUrlError);
  expect(() => parseDatabaseUrl(url)).toThrow(words);
  expect(() => parseDatabaseUrl(url)).not.toThrow(/hunter2/);
});

test('says all that is wrong at once', () => {
  expect(() => parseDatabaseUrl('mysql://u:p@db:0/?tls=maybe&charset=latin1&foo=1')).toThrow(
    /port is not a number.*\n.*names no schema.*\n.*charset= cannot be set.*\n.*foo= is unknown.*\n.*tls=maybe is unknown/,
  );
});

test('no user is no user, and no password is made up', () => {
  expect(parseDatabaseUrl('mysql://127.0.0.1/shop')).toMatchObject({ user: '', password: '' });
});

test.each([
  ['mysql://u@db/shop', null],
  ['mysql://u@db/shop?ssl-mode=VERIFY_CA', null],
  ['mysql://u@localhost/shop', null],
  ['mysql://u@db/shop?ssl-mode=DISABLED', 'in clear'],
  ['mysql://u@db/shop?sslmode=require', 'is not verified'],
])('the dry run says of %s: %s', (url, words) => {
  const weakness = weaknessOf(parseDatabaseUrl(url));
  if (words === null) expect(weakness).toBeNull();
  else expect(weakness?.what).toContain(words);
});
