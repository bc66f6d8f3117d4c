import { openSession, type SessionRefused, type SmtpSession } from '../../src/smtp/open-session';
import { parseSmtpUrl } from '../../src/smtp/smtp-url';
import { RFC_TIMEOUTS } from '../../src/smtp/step';
import { type Behaviour, type ScriptedRelay, scriptedRelay } from './scripted-relay';

const open: { relay: ScriptedRelay; session?: SmtpSession }[] = [];
afterEach(async () => {
  for (const { relay, session } of open.splice(0)) {
    session?.connection.destroy();
    await relay.close();
  }
});

/** A session with a relay of its own, or the trouble over which there is none; both end with the test. */
export async function against(behaviour: Behaviour, url: (port: number) => string, timeouts = RFC_TIMEOUTS) {
  const relay = await scriptedRelay(behaviour);
  const opened: (typeof open)[number] = { relay };
  open.push(opened);
  const outcome = await openSession(parseSmtpUrl(url(relay.port)), timeouts).then(
    (session) => ({ session, trouble: null }),
    (error: SessionRefused) => ({ session: null, trouble: error.trouble }),
  );
  if (outcome.session !== null) opened.session = outcome.session;
  return { relay, ...outcome };
}

export const plain = (port: number) => `smtp://127.0.0.1:${port}`;
export const withLogin = (port: number) => `smtp://nora:s3cret%40@127.0.0.1:${port}`;
export const PLAIN_SECRET = `AUTH PLAIN ${Buffer.from('\0nora\0s3cret@').toString('base64')}`;
