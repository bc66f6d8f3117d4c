import { against, PLAIN_SECRET, withLogin } from './own-session';
import type { Behaviour } from './scripted-relay';

describe('AUTH', () => {
  const offering = (...mechanisms: string[]): Behaviour => ({
    capabilities: () => [`AUTH ${mechanisms.join(' ')}`],
  });

  test('PLAIN, where it is offered', async () => {
    const { session, relay } = await against(offering('LOGIN', 'PLAIN'), withLogin);
    expect(session).not.toBeNull();
    expect(relay.said()).toContain(PLAIN_SECRET);
  });

  test('LOGIN, where PLAIN is not', async () => {
    const { session, relay } = await against(offering('CRAM-MD5', 'LOGIN'), withLogin);
    expect(session).not.toBeNull();
    expect(relay.said().slice(1)).toEqual([
      'AUTH LOGIN',
      Buffer.from('nora').toString('base64'),
      Buffer.from('s3cret@').toString('base64'),
    ]);
  });

  test.each([
    ['AUTH', ['AUTH LOGIN']],
    [Buffer.from('nora').toString('base64'), ['AUTH LOGIN', Buffer.from('nora').toString('base64')]],
  ])('LOGIN, refused at %s: nothing more of the credentials is said', async (step, said) => {
    const answer = (line: string) => (line.startsWith(step) ? '535 5.7.8 no' : undefined);
    const { trouble, relay } = await against({ ...offering('LOGIN'), answer }, withLogin);
    expect(trouble).toMatchObject({ kind: 'auth', code: 535 });
    expect(relay.said().filter((line) => !/EHLO|gone/.test(line))).toEqual(said);
  });

  test('says no second EHLO after it (C03)', async () => {
    const { relay } = await against(offering('PLAIN'), withLogin);
    expect(relay.said().filter((line) => line.startsWith('EHLO'))).toHaveLength(1);
  });

  test('a wrong password is trouble that does not show it', async () => {
    const answer = (line: string) => (line.startsWith('AUTH') ? '535 5.7.8 bad credentials' : undefined);
    const { trouble } = await against({ ...offering('PLAIN'), answer }, withLogin);
    expect(trouble).toMatchObject({ kind: 'auth', at: 'auth', code: 535, enhanced: '5.7.8' });
    expect(JSON.stringify(trouble)).not.toContain('s3cret');
  });

  test.each(['454 4.7.0 later', '334 ', '250 what?'])('%s to AUTH is trouble', async (say) => {
    const answer = (line: string) => (line.startsWith('AUTH') ? say : undefined);
    expect((await against({ ...offering('PLAIN'), answer }, withLogin)).trouble).toMatchObject({
      kind: 'auth',
    });
  });

  test('a relay without PLAIN and LOGIN is told nothing', async () => {
    const { trouble, relay } = await against(offering('XOAUTH2'), withLogin);
    expect(trouble).toMatchObject({ kind: 'auth', code: null });
    expect(trouble!.text).toMatch(/XOAUTH2; we can do PLAIN and LOGIN/);
    expect(relay.said().some((line) => line.startsWith('AUTH'))).toBe(false);
  });
});
