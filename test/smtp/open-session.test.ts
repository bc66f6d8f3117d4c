import { openSession, type SessionRefused } from '../../src/smtp/open-session';
import type { SessionTrouble } from '../../src/smtp/outcome';
import { parseSmtpUrl } from '../../src/smtp/smtp-url';
import { RFC_TIMEOUTS } from '../../src/smtp/step';
import { until } from '../until';
import { against, PLAIN_SECRET, plain } from './own-session';
import { type Behaviour, type ScriptedRelay, scriptedRelay } from './scripted-relay';
import { selfSigned } from './self-signed';

describe('in clear, on this machine', () => {
  test('greets, and takes what EHLO offers', async () => {
    const { session, relay } = await against({}, plain);
    expect(session!.offered).toMatchObject({ pipelining: true, smtputf8: true, eightBitMime: true });
    expect(relay.said()[0]).toMatch(/^EHLO (\[127\.0\.0\.1\]|[\w-]+\.[\w.-]+)$/);
  });

  test('calls itself what the URL says', async () => {
    const { relay } = await against({}, (port) => `${plain(port)}?name=mail.shop.test`);
    expect(relay.said()[0]).toBe('EHLO mail.shop.test');
  });

  test('reads a banner of several lines, one octet a packet (C04)', async () => {
    const greeting = '220-relay.test\r\n220-no spam\r\n220';
    const { session, trouble } = await against({ greeting, octetByOctet: true }, plain);
    expect(trouble).toBeNull();
    expect(session!.offered.pipelining).toBe(true);
  });

  test('falls back to HELO where EHLO is unknown', async () => {
    const answer = (line: string) =>
      line.startsWith('EHLO') ? '502 5.5.1 what?' : line.startsWith('HELO') ? '250 hi' : undefined;
    const { session } = await against({ answer }, plain);
    expect(session!.offered.pipelining).toBe(false);
  });

  test.each<[string, Behaviour, Partial<SessionTrouble>]>([
    [
      '554 for a greeting',
      { greeting: '554 5.7.1 you are blocked' },
      { kind: 'greeting', at: 'greeting', code: 554, enhanced: '5.7.1' },
    ],
    ['421 for a greeting', { greeting: '421 4.3.2 too busy' }, { kind: 'greeting', code: 421 }],
    [
      'a greeting that is no reply',
      { greeting: 'HTTP/1.1 400 Bad Request' },
      { kind: 'greeting', code: null },
    ],
    ['a close instead of a greeting', { greeting: { and: 'drop' } }, { kind: 'greeting', code: null }],
    ['a refused EHLO', { answer: () => '550 5.7.1 not you' }, { kind: 'greeting', at: 'ehlo', code: 550 }],
    [
      'a refused EHLO, where HELO would do',
      {
        answer: (line) => (line.startsWith('EHLO') ? '550 5.7.1 not you' : '250 hi'),
      },
      { kind: 'greeting', at: 'ehlo', code: 550 },
    ],
    [
      'a refused HELO',
      { answer: (line) => (line.startsWith('EHLO') ? '502 5.5.1 what?' : '550 5.7.1 not you') },
      { kind: 'greeting', at: 'ehlo', code: 550 },
    ],
    ['a close at EHLO', { answer: () => ({ and: 'reset' }) }, { kind: 'greeting', at: 'ehlo', code: null }],
    [
      'a greeting and an answer in one',
      { greeting: '220 hi\r\n250 AUTH PLAIN' },
      { kind: 'greeting', at: 'greeting', code: null },
    ],
  ])('%s is trouble of its kind, and ends the connection', async (_, behaviour, expected) => {
    const { trouble, relay } = await against(behaviour, plain);
    expect(trouble).toMatchObject(expected);
    expect(trouble!.text).not.toBe('');
    await until('the end of the session', () => relay.sessions[0]!.includes('C: (gone)'));
  });

  test('the first line of the answer to EHLO is a greeting and offers nothing (C03)', async () => {
    const answer = (line: string) =>
      line.startsWith('EHLO') ? '250-PIPELINING greets you\r\n250 8BITMIME' : undefined;
    const { session } = await against({ answer }, plain);
    expect(session!.offered).toMatchObject({ pipelining: false, eightBitMime: true });
  });

  test('nobody at the port is trouble with connecting, and names the address', async () => {
    const relay = await scriptedRelay();
    await relay.close();
    const refused = await openSession(parseSmtpUrl(plain(relay.port)), RFC_TIMEOUTS).catch(
      (refused: SessionRefused) => refused,
    );
    expect((refused as SessionRefused).trouble).toMatchObject({ kind: 'connect', at: null, code: null });
    expect((refused as SessionRefused).trouble.text).toContain(`127.0.0.1:${relay.port}`);
  });

  test('a relay that never greets is given up', async () => {
    const { trouble } = await against({ greeting: { and: 'stall' } }, plain, {
      ...RFC_TIMEOUTS,
      greeting: 60,
    });
    expect(trouble).toMatchObject({ kind: 'greeting', at: 'greeting' });
    expect(trouble!.text).toMatch(/no reply within/);
  });
});

const ours = selfSigned('DNS:localhost,IP:127.0.0.1');
const foreign = selfSigned('DNS:other.test');
const named = selfSigned('DNS:localhost');
afterAll(() => {
  ours?.remove();
  foreign?.remove();
  named?.remove();
});
const withOpenssl = ours === null || foreign === null || named === null ? describe.skip : describe;

withOpenssl('TLS (skipped only where the openssl command is missing)', () => {
  const tls = { key: ours?.key, cert: ours?.cert };
  const beforeTls = ['PIPELINING', '8BITMIME', 'STARTTLS', 'AUTH PLAIN'];
  const secured: Behaviour = { tls, capabilities: ({ secure }) => (secure ? ['AUTH LOGIN'] : beforeTls) };
  const required = (port: number) =>
    `smtp://nora:s3cret%40@localhost:${port}?tls=required&ca=${ours!.caFile}`;
  const noSecretIn = (relay: ScriptedRelay) =>
    expect(relay.said().some((line) => /^(AUTH|MAIL)/.test(line))).toBe(false);

  test('STARTTLS, then only what is offered after it holds (C03)', async () => {
    const { session, relay, trouble } = await against(secured, required);
    expect(trouble).toBeNull();
    expect(session!.offered).toMatchObject({ pipelining: false, eightBitMime: false, startTls: false });
    const verbs = relay.said().map((line) => line.split(' ')[0]);
    expect(verbs.slice(0, 4)).toEqual(['EHLO', 'STARTTLS', 'EHLO', 'AUTH']);
    expect(relay.said()[3]).toBe('AUTH LOGIN');
  });

  test('the relay is told which name was called, for it may have a certificate for each', async () => {
    const called: string[] = [];
    const SNICallback = (name: string, done: (error: null) => void) => {
      called.push(name);
      done(null);
    };
    await against({ ...secured, tls: { ...tls, SNICallback } }, required);
    expect(called).toEqual(['localhost']);
  });

  test('smtps speaks TLS from the start', async () => {
    const { session, relay } = await against(
      { tls, tlsFromTheStart: true, capabilities: () => ['AUTH PLAIN'] },
      (port) => `smtps://nora:s3cret%40@localhost:${port}?ca=${ours!.caFile}`,
    );
    expect(session).not.toBeNull();
    expect(relay.said()).toContain(PLAIN_SECRET);
  });

  test('octets in clear after the 220 of STARTTLS end the session: no credential is said (C01)', async () => {
    const injected = '220 go\r\n250-AUTH PLAIN\r\n250 PIPELINING';
    const answer = (line: string) =>
      line === 'STARTTLS' ? ({ say: injected, and: 'tls' } as const) : undefined;
    const { trouble, relay } = await against({ ...secured, answer }, required);
    expect(trouble).toMatchObject({ kind: 'tls', at: 'starttls', code: null });
    expect(trouble!.text).toMatch(/in clear after the 220/);
    noSecretIn(relay);
  });

  const refusing = (say: string): Behaviour => ({
    capabilities: () => beforeTls,
    answer: (line) => (line === 'STARTTLS' ? say : undefined),
  });
  test.each<[string, Behaviour, number | null]>([
    ['masked', { capabilities: () => ['PIPELINING', 'XXXXXXXA', 'AUTH PLAIN'] }, null],
    ['missing', { capabilities: () => [] }, null],
    ['answered with 454', refusing('454 4.7.0 not now'), 454],
    ['answered with 500', refusing('500 what?'), 500],
    [
      'cut off',
      {
        capabilities: () => beforeTls,
        answer: (line) => (line === 'STARTTLS' ? { say: '220 go', and: 'drop' } : undefined),
      },
      null,
    ],
  ])('STARTTLS %s fails closed: neither MAIL nor AUTH in clear (C02)', async (_, behaviour, code) => {
    const { trouble, relay } = await against(behaviour, required, { ...RFC_TIMEOUTS, command: 5_000 });
    expect(trouble).toMatchObject({ kind: 'tls', at: 'starttls', code });
    noSecretIn(relay);
  });

  test('STARTTLS is not tried where it is not offered, and the words say what to do (C02)', async () => {
    const { trouble, relay } = await against({ capabilities: () => ['PIPELINING'] }, required);
    expect(trouble!.text).toMatch(
      /offers no STARTTLS: something between us and the relay may have removed it.*tls=no/,
    );
    expect(relay.said()).toHaveLength(1);
  });

  test('a relay that knows no EHLO gets no credentials', async () => {
    const answer = (line: string) => (line.startsWith('EHLO') ? '502 what?' : '250 hi');
    const { trouble, relay } = await against({ answer }, required);
    expect(trouble).toMatchObject({ kind: 'tls' });
    noSecretIn(relay);
  });

  test('a certificate that nobody vouches for is refused', async () => {
    const { trouble, relay } = await against(
      secured,
      (port) => `smtp://nora:s3cret%40@localhost:${port}?tls=required`,
    );
    expect(trouble).toMatchObject({ kind: 'tls' });
    expect(trouble!.text).toMatch(/self-signed certificate/);
    noSecretIn(relay);
  });

  test('a certificate for another name is refused', async () => {
    const behaviour = { ...secured, tls: { key: foreign!.key, cert: foreign!.cert } };
    const { trouble } = await against(
      behaviour,
      (port) => `smtp://localhost:${port}?tls=required&ca=${foreign!.caFile}`,
    );
    expect(trouble).toMatchObject({ kind: 'tls' });
    expect(trouble!.text).toMatch(/altnames/);
  });

  test('an address is verified as well as a name', async () => {
    const byAddress = (port: number) => `smtp://127.0.0.1:${port}?tls=required&ca=`;
    expect((await against(secured, (port) => byAddress(port) + ours!.caFile)).trouble).toBeNull();
    const behaviour = { ...secured, tls: { key: named!.key, cert: named!.cert } };
    const { trouble } = await against(behaviour, (port) => byAddress(port) + named!.caFile);
    expect(trouble).toMatchObject({ kind: 'tls' });
  });

  test('a smtps certificate is verified too', async () => {
    const { trouble } = await against({ tls, tlsFromTheStart: true }, (port) => `smtps://localhost:${port}`);
    expect(trouble).toMatchObject({ kind: 'tls' });
  });

  test('tls=optional secures where it can, and goes on in clear where it cannot', async () => {
    const optional = (port: number) => `smtp://localhost:${port}?tls=optional`;
    const { relay, trouble } = await against(secured, optional);
    expect(trouble).toBeNull();
    expect(relay.said()).toContain('STARTTLS');
    expect((await against({}, optional)).trouble).toBeNull();
  });

  test('a CA file that is not there is named as such', async () => {
    const { trouble } = await against(
      secured,
      (port) => `smtp://localhost:${port}?tls=required&ca=/no/such.pem`,
    );
    expect(trouble!.text).toMatch(/CA file.*ENOENT.*ca=/);
  });
});
