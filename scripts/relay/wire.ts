import type { Socket } from 'node:net';

/** What one connection says and does, in order; never before what was accepted in this turn is in the log. */
export interface Wire {
  /** Each character is one octet, so that a rule can say anything at all. */
  say(octets: string): void;
  /** Happens once everything said so far is written. */
  andThen(step: () => void): void;
}

/**
 * @param socket the connection as it is by then: STARTTLS puts another in its place.
 * @param later runs what it is given once the log of this turn is written.
 */
export function openWire(
  socket: () => Socket,
  octetByOctet: () => boolean,
  later: (run: () => void) => void,
): Wire {
  const steps: (string | (() => void))[] = [];
  let due = false;
  let dribbling = false;

  const add = (step: string | (() => void)) => {
    const last = steps.at(-1);
    if (typeof step === 'string' && typeof last === 'string') steps[steps.length - 1] = last + step;
    else steps.push(step);
    if (due || dribbling) return;
    due = true;
    later(run);
  };
  const run = () => {
    due = false;
    while (!dribbling) {
      const step = steps.shift();
      if (step === undefined) return;
      if (typeof step === 'function') step();
      else if (octetByOctet()) dribble(step);
      else if (socket().writable) socket().write(step, 'latin1');
    }
  };
  /** One octet a packet: the next one only once this one is with the kernel, and a turn later (C04). */
  const dribble = (text: string, at = 0) => {
    dribbling = at < text.length && socket().writable;
    if (!dribbling) return at > 0 ? run() : undefined;
    socket().write(text.charAt(at), 'latin1', () => setImmediate(dribble, text, at + 1));
  };
  return { say: add, andThen: add };
}
