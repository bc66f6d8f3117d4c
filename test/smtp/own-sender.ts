import { openSender, type Sender, type SenderOptions } from '../../src/smtp/open-sender';
import { type Answer, type Behaviour, type ScriptedRelay, scriptedRelay } from './scripted-relay';

const closing: (() => Promise<void>)[] = [];
// The relay first: a sender that has lost a message would wait for its answer for ever.
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
}, 10_000);

/** A sender to a relay of its own; both end with the test. */
export async function ownSender(
  behaviour: Behaviour = {},
  options: Partial<SenderOptions<number>> = {},
): Promise<{ relay: ScriptedRelay; sender: Sender<number> }> {
  const relay = await scriptedRelay(behaviour);
  const sender = openSender<number>({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1, ...options });
  closing.push(async () => {
    await relay.close();
    await sender.close();
  });
  return { relay, sender };
}

/** Answers `reply` to one command alone: the first, second, ... that begins so. */
export function nth(number: number, command: string, reply: string | Answer): Hook {
  let seen = 0;
  return (line) => (line.startsWith(command) && ++seen === number ? reply : undefined);
}

/** What the first hook says that says something. */
export function together(...hooks: Hook[]): Hook {
  return (line, at) => {
    const replies = hooks.map((hook) => hook(line, at));
    return replies.find((reply) => reply !== undefined);
  };
}

type Hook = NonNullable<Behaviour['answer']>;

export const allowed = () => null;
