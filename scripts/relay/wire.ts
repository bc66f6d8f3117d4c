import type { Socket } from 'node:net';

/** What one connection says and does, in order; never before what was accepted until then is in the log. */
export interface Wire {
  /** Each character is one octet, so that a rule can say anything at all. */
  say(octets: string): void;
  /** Happens once everything said so far is written. */
  andThen(step: () => void): void;
}

type Step = string | (() => void);

/**
 * @param socket the connection as it is by then: STARTTLS puts another in its place.
 * @param later runs what it is given once the log of this turn is written.
 */
export function openWire(
  socket: () => Socket,
  octetByOctet: () => boolean,
  later: (run: () => void) => void,
): Wire {
  /** What must wait for the log, and what need not any more. */
  let waiting: Step[] = [];
  const ready: Step[] = [];
  let dribbling = false;

  const add = (step: Step) => {
    if (waiting.length === 0) later(release);
    const last = waiting.at(-1);
    if (typeof step === 'string' && typeof last === 'string') waiting[waiting.length - 1] = last + step;
    else waiting.push(step);
  };
  const release = () => {
    ready.push(...waiting);
    waiting = [];
    carryOn();
  };
  const carryOn = () => {
    while (!dribbling) {
      const step = ready.shift();
      if (step === undefined) return;
      if (typeof step === 'function') step();
      else if (octetByOctet()) dribble(step);
      else if (socket().writable) socket().write(step, 'latin1');
    }
  };
  /** One octet a packet (C04): a millisecond apart, or the other side's kernel puts them together again. */
  const dribble = (text: string, at = 0) => {
    dribbling = at + 1 < text.length && socket().writable;
    if (dribbling) socket().write(text.charAt(at), 'latin1', () => setTimeout(dribble, 1, text, at + 1));
    else if (socket().writable) socket().write(text.charAt(at), 'latin1');
    // After the last octet at once: a client may answer a 220 with its ClientHello before a timer runs.
    if (!dribbling && at > 0) carryOn();
  };
  return { say: add, andThen: add };
}
