import type { ConnectionEnd } from './connection';
import { type Envelope, sealEnvelope, takeCommands } from './envelope';
import type { Feed, Sendable } from './feed';
import type { SmtpSession } from './open-session';
import type { SessionTrouble } from './outcome';
import { acceptanceOf, refusedOutcomeOf } from './reply-outcome';
import type { Reply } from './reply-parser';
import type { SmtpTimeouts } from './step';
import { isPossible, phaseAt, type Step, timeoutOf } from './step';
import { ownTrouble, type Refusal, refusalOf, troubleFrom } from './trouble';

export interface Transmission {
  /** There may be work: starts on it when idle, else does nothing. */
  wake(): void;
  /** QUIT, when idle. Resolves when the relay has parted, or after `timeouts.quit`. */
  quit(): Promise<void>;
  readonly idle: boolean;
}

/**
 * Sends what `feed` gives over one session: one message in flight and the next envelope after its dot, in one write
 * (RFC 2920 3.1). After that write nothing more is written until the dot is answered: a write into a connection that
 * the relay has reset loses the 250 already received (measured, 100 of 100). A reply out of place ends the session.
 */
export function transmit<Item extends Sendable>(
  session: SmtpSession,
  feed: Feed<Item>,
  timeouts: SmtpTimeouts,
  messagesPerSession = Number.POSITIVE_INFINITY,
): Transmission {
  const { connection, offered } = session;
  let inFlight: Item | null = null;
  let envelope: Envelope<Item> | null = null;
  let awaited: Step[] = [];
  let answered = 0;
  let accepted = 0;
  let dots = 0;
  /** No message has been begun yet. */
  let isFresh = true;
  /** The last transaction was refused: RSET first, Postfix else answers the next MAIL with 503. */
  let resetFirst = false;
  /** The last dot was refused, and what stands after it in the same write may meet a transaction that is still open. */
  let dotRefused = false;
  /** After the last reply asked for there is another one. */
  let surplus = false;
  /** Nothing has been answered since the session lay idle: should it be dead, that was the idle time-out. */
  let restarting = false;
  let wokenBefore = false;
  let ended = false;
  let parted: (() => void) | null = null;

  function expect(steps: Step[]): void {
    awaited = steps;
    answered = 0;
    const [first] = steps;
    if (first === undefined) connection.deadline(null, '');
    else connection.deadline(timeoutOf(first, timeouts), `reply to ${first}`);
  }

  /** The next message that can be put on this wire; those that cannot are settled on the way. */
  function nextEnvelope(): Envelope<Item> | null {
    if (dots + (inFlight === null ? 0 : 1) >= messagesPerSession) return null;
    if (!isFresh && feed.wantsFresh()) return null;
    for (let item = feed.take(isFresh); item !== null; item = feed.take(isFresh)) {
      const sealed = sealEnvelope(item, offered, resetFirst);
      if (typeof sealed !== 'string') {
        resetFirst = isFresh = false;
        return sealed;
      }
      feed.settle(item, { kind: 'skipped', phase: 'before-dot', reason: sealed });
    }
    return null;
  }

  /** @param loneDot only after commands that went out together: the relay offers PIPELINING. */
  function writeCommands(current: Envelope<Item> | null, loneDot = false): void {
    // One that may have ended a session goes step by step, so that it is seen at which one it does.
    const isSuspect = current?.item.suspected === true;
    const { steps, text } = takeCommands(current, isSuspect ? { ...offered, pipelining: false } : offered);
    expect(loneDot ? ['lone-dot', ...steps] : steps);
    connection.write(loneDot ? `.\r\n${text}` : text);
  }

  function begin(loneDot: boolean): void {
    envelope = nextEnvelope();
    if (loneDot || envelope !== null) writeCommands(envelope, loneDot);
    else if (dots >= messagesPerSession || (!isFresh && feed.wantsFresh())) {
      void quit();
    } else expect([]);
  }

  function writeContent(current: Envelope<Item>): void {
    envelope = null;
    inFlight = current.item; // so that the next one knows of this dot
    const next = offered.pipelining ? nextEnvelope() : null;
    if (!feed.mayDot(current.item, current.content)) {
      inFlight = null;
      if (next !== null) feed.putBack(next.item, null);
      end(null);
      return;
    }
    // From here on after-dot, whatever the write comes to.
    dots++;
    envelope = next;
    const { steps, text } = takeCommands(next, offered);
    expect(['dot', ...steps]);
    connection.writeWith(current.content, `.\r\n${text}`);
  }

  /** Every awaited reply is here: what is to be written next? */
  function proceed(): void {
    const current = envelope;
    if (current === null) begin(false);
    else if (current.refusal !== null) {
      envelope = null;
      if (!settleRefused(current.item, current.refusal)) return;
      resetFirst = true;
      begin(current.open);
    } else if (current.unwritten.length > 0) writeCommands(current);
    else writeContent(current);
  }

  /** False: the session has ended over it. */
  function settleRefused(item: Item, refusal: Refusal): boolean {
    const idleTimeout = restarting && refusal.code === 421;
    // Postfix keeps the transaction of what it refused at the end of the data: no lone dot, or the refused one gets that.
    const isNested = dotRefused && refusal.phase === 'mail' && refusal.code === 503;
    const outcome = idleTimeout || isNested ? null : refusedOutcomeOf(refusal, item.message, accepted);
    if (outcome === null) {
      feed.putBack(item, null);
      end(null);
      return false;
    }
    const trouble = outcome.kind === 'released' ? outcome.trouble : null;
    if (trouble === null) feed.settle(item, outcome);
    // Policy may be about this recipient alone, so the session goes on; the sender counts the run.
    else if (trouble.kind === 'policy') feed.putBack(item, trouble, true);
    else {
      end(trouble, refusal.phase === 'mail' ? null : item);
      if (refusal.phase === 'mail') feed.settle(item, outcome);
    }
    return !ended;
  }

  function settleDot(item: Item, reply: Reply): void {
    inFlight = null;
    dotRefused = reply.code >= 300;
    if (dotRefused && envelope === null) resetFirst = true;
    if (reply.code < 300) {
      accepted++;
      feed.settle(item, acceptanceOf(reply));
    } else settleRefused(item, refusalOf('dot', reply));
  }

  function onReply(reply: Reply): void {
    const step = awaited[answered];
    if (step === undefined) onUnasked(reply);
    else if (!isPossible(step, reply.code)) {
      end(ownTrouble(phaseAt(step), `the relay answered ${step} with ${reply.code}, which is out of place`));
    } else {
      answered++;
      note(step, reply);
      if (ended) return;
      if (reply.marred === null) goOn(step, reply);
      else onMarred(step, reply.marred);
    }
  }

  /** It has counted by its code; what comes after it is not read. Trouble only where it has settled nobody, who then waits. */
  function onMarred(step: Step, flaw: string): void {
    if (step !== 'dot' && !envelope?.refusal)
      end(ownTrouble(phaseAt(step), `the relay sent ${flaw}`), itemAt(step));
    else {
      giveUpEnvelope();
      end(null);
    }
  }

  /** Nothing more is asked about it: it is settled where it was refused, else given back. */
  function giveUpEnvelope(): void {
    const current = envelope;
    envelope = null;
    if (current?.refusal) settleRefused(current.item, current.refusal);
    else if (current !== null) feed.putBack(current.item, null);
  }

  function note(step: Step, reply: Reply): void {
    restarting &&= reply.code === 421;
    if (step === 'dot') settleDot(inFlight!, reply);
    else if (step === 'data' && reply.code === 354) envelope!.open = true;
    else if ((step === 'mail' || step === 'rcpt' || step === 'data') && reply.code >= 400) {
      envelope!.refusal ??= refusalOf(step, reply);
    }
  }

  function goOn(step: Step, reply: Reply): void {
    const next = awaited[answered];
    if (reply.code === 421) onClosing(step, reply);
    else if (next !== undefined) connection.deadline(timeoutOf(next, timeouts), `reply to ${next}`);
    // A reply before its command would be taken for the answer to it, the worst for a dot.
    else if (reply.more) surplus = true;
    else proceed();
  }

  /** 421 (RFC 5321 3.8): the relay closes, whatever was asked. */
  function onClosing(step: Step, reply: Reply): void {
    const expected = accepted > 0 || restarting;
    giveUpEnvelope();
    end(expected ? null : troubleFrom(refusalOf(phaseAt(step), reply), ''));
  }

  function onUnasked(reply: Reply): void {
    const last = awaited[answered - 1];
    if (surplus && last !== undefined) {
      if (reply.code === 421) onClosing(last, reply);
      else end(ownTrouble(phaseAt(last), 'the relay sent more than was asked for'));
    } // Idle: a 421 ahead of the close that follows. Nothing is at stake.
    else if (parted === null)
      end(reply.code === 421 ? null : ownTrouble(null, `the relay sent ${reply.code}, unasked`));
    else {
      connection.destroy();
      parted();
    }
  }

  function onEnd(ending: ConnectionEnd): void {
    if (parted !== null) {
      parted();
      return;
    }
    const silent = ending.reason === 'closed' || ending.reason === 'error';
    // One that ended before it was ever used was not idle: a relay that closes each at once would be asked for ever.
    const idleTimeout = silent && (restarting || (wokenBefore && isIdle()));
    const step = awaited[answered];
    end(idleTimeout ? null : ownTrouble(step === undefined ? null : phaseAt(step), ending.text));
  }

  /**
   * Everything that is not settled is settled here: the dot in doubt, the next envelope given back.
   * @param under at whom it was lost.
   */
  function end(
    trouble: SessionTrouble | null,
    under = itemAt(awaited[answered] ?? awaited[answered - 1]),
  ): void {
    if (ended) return;
    ended = true;
    connection.destroy();
    feed.ended(trouble, { under, parting: null });
    if (inFlight !== null) {
      const why = trouble ?? ownTrouble('dot', 'the session ended before the dot was answered');
      feed.settle(inFlight, { kind: 'unknown', phase: 'after-dot', trouble: why });
    }
    if (under !== null) feed.putBack(under, trouble, true);
    // Step by step, and lost before its own: then not for it.
    const isIts = under === null && envelope?.item.suspected === false;
    if (envelope !== null && envelope.item !== under) feed.putBack(envelope.item, isIts ? trouble : null);
    inFlight = null;
    envelope = null;
  }

  function quit(): Promise<void> {
    if (ended) return Promise.resolve();
    ended = true;
    expect([]);
    const parting = new Promise<void>((resolve) => {
      parted = resolve;
    });
    connection.deadline(timeouts.quit, 'reply to QUIT');
    connection.write('QUIT\r\n');
    feed.ended(null, { under: null, parting });
    return parting;
  }

  /** Whose step it is, before the dot; null: nobody's. What the relay does at MAIL it does to everybody, but for SMTPUTF8. */
  function itemAt(step: Step | undefined): Item | null {
    if (inFlight !== null || envelope === null) return null;
    const { item } = envelope;
    return step === 'rcpt' || step === 'data' || (step === 'mail' && item.message.smtputf8) ? item : null;
  }

  const isIdle = () =>
    !ended && !surplus && awaited.length === answered && inFlight === null && envelope === null;
  connection.listen(onReply, onEnd);
  return {
    get idle() {
      return isIdle();
    },
    wake() {
      if (!isIdle()) return;
      begin(false);
      restarting = wokenBefore && !isIdle();
      wokenBefore = true;
    },
    quit,
  };
}
