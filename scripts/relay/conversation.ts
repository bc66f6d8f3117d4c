import type { Socket } from 'node:net';
import { answerTo, endsGroup, greeting, NAME } from './commands';
import { firstOctets, theDot } from './content';
import { newTally } from './counts';
import { type Answer, keywordsIn, newSession, type Outcome, type Relay } from './relay-session';
import { type Rule, ruleFor, takesEffect } from './rules';
import { smtpInput } from './smtp-input';
import { encrypted } from './tls';
import { openWire } from './wire';

const MOST_COMMAND_OCTETS = 4_096;

/** One SMTP conversation (RFC 5321, pipelining RFC 2920), polite until a rule says otherwise. */
export function converse(raw: Socket, shared: Relay): void {
  const { options, rules, counts } = shared;
  counts.sessions++;
  const relay = { ...shared, mailbox: shared.mailbox.inProcess(`${process.pid}${counts.sessions}`) };
  const session = newSession(relay);
  const input = smtpInput();
  const tally = newTally();
  let socket = session.secured ? encrypted(raw, relay) : raw;
  const wire = openWire(
    () => socket,
    () => options.octetByOctet,
    relay.later,
  );
  /** What is read next; `nothing`: a reply has to go out first. */
  let reading: 'commands' | 'content' | 'nothing' = 'commands';
  let contentBegun = false;
  let answeredEarly = false;
  let stalled = false;
  let clientDone = false;
  let over = false;

  const respond = (at: Answer['at'], { say, next }: Outcome, lineEnd = '\r\n') => {
    if (say !== '') {
      wire.say(say + lineEnd);
      tally.replied(at, Number(say.slice(0, 3)));
    }
    reading = next === 'content' ? 'content' : 'commands';
    if (next === 'close' || say.startsWith('421')) return leave(() => socket.end());
    if (options.hardErrorLimit > 0 && tally.errors() >= options.hardErrorLimit) {
      // As Postfix: unasked, in one packet with the last error.
      relay.mailbox.conversation(`too many errors after ${tally.where()}`);
      wire.say(`421 4.7.0 ${NAME} Error: too many errors\r\n`);
      return leave(() => socket.end());
    }
    if (next === 'tls') secure();
  };
  const answer = (given: Answer) => {
    const rule = ruleFor(rules, session, given);
    if (rule) return obey(rule, given);
    const outcome = given.usual();
    if (given.at === 'ehlo') session.offers = keywordsIn(outcome.say);
    respond(given.at, outcome);
  };

  const obey = (rule: Rule, given: Answer) => {
    const outcome = takesEffect(rule) ? given.usual() : null;
    if (!outcome) given.refused?.(rule.reply ?? '');
    if (rule.transactionStays) given.keepTransaction?.();
    reading = 'nothing';
    const held = rule.action === 'hold';
    if (rule.delayMs === 0 && !held) return carryOut(rule, given, outcome);
    wire.andThen(() => undefined); // what took effect is in the log before the wait
    const goOn = () => {
      carryOut(held ? { ...rule, action: undefined } : rule, given, outcome);
      read();
    };
    if (held) relay.held.push(goOn);
    else setTimeout(goOn, rule.delayMs);
  };
  const carryOut = ({ action, reply, lineEnd }: Rule, given: Answer, outcome: Outcome | null) => {
    if (action === 'crash') {
      relay.mailbox.flush();
      process.kill(process.pid, 'SIGKILL');
    }
    if (given.at === 'dot' && outcome && action !== undefined) tally.replied('dot', 250);
    const silent = action !== undefined && action !== 'reply-and-drop';
    const say = reply ?? (silent ? '' : (outcome?.say ?? ''));
    if (given.at === 'ehlo' && say.startsWith('250')) session.offers = keywordsIn(say);
    if (action === undefined) {
      answeredEarly = given.at === 'content' && outcome === null;
      const content = given.at === 'content' || say.startsWith('354');
      return respond(given.at, { say, next: content ? 'content' : outcome?.next }, lineEnd);
    }
    if (say !== '') wire.say(say + lineEnd);
    stalled = action === 'stall';
    // As when the network breaks there: Postfix says where it lost a message.
    if (given.at === 'content' && !stalled) relay.mailbox.aborted(input.unfinished(), session);
    if (action === 'close') leave(() => socket.end());
    else if (!stalled) leave(() => raw.resetAndDestroy());
  };

  const leave = (how: () => void) => {
    over = true;
    wire.andThen(() => {
      if (!raw.destroyed) how();
    });
  };
  const secure = () => {
    reading = 'nothing';
    wire.andThen(() => {
      socket.off('data', hear).off('end', hearEnd);
      // What a client sent in clear after its STARTTLS is not believed, and nothing of before counts (RFC 3207 4.2).
      input.clear();
      Object.assign(session, newSession(relay), { secured: true, accepted: session.accepted });
      reading = 'commands';
      socket = encrypted(raw, relay);
      listen();
    });
  };

  const readCommand = (): boolean => {
    const octets = input.line();
    if (octets === null && input.waiting() <= MOST_COMMAND_OCTETS) return false;
    if (octets === null || octets.length > MOST_COMMAND_OCTETS) {
      respond(null, { say: '500 5.5.2 Error: line too long', next: 'close' });
      return false;
    }
    const crlf = octets.length > 1 && octets[octets.length - 2] === 0x0d;
    if (!crlf) counts.bareLf++;
    const line = octets.toString('utf8', 0, octets.length - (crlf ? 2 : 1));
    if (input.waiting() > 0 && endsGroup(line, session)) counts.earlyTalk++;
    if (session.sasl === null) tally.command(line);
    answer(answerTo(line, session));
    return true;
  };
  const readContent = (): boolean => {
    if (!contentBegun && input.waiting() > 0) {
      contentBegun = true;
      const given = firstOctets(session);
      const rule = ruleFor(rules, session, given);
      if (rule) obey(rule, given);
      if (rule) return true;
    }
    const content = input.content();
    if (content === null) return false;
    contentBegun = false;
    if (input.waiting() > 0 && !session.offers.has('PIPELINING')) counts.earlyTalk++;
    const given = theDot(content, session);
    if (answeredEarly) reading = 'commands';
    else answer(given);
    answeredEarly = false;
    return true;
  };
  const read = () => {
    while (!over && reading !== 'nothing' && (reading === 'content' ? readContent() : readCommand()));
    if (!clientDone || over || (reading === 'nothing' && !stalled)) return;
    noteAbort();
    leave(() => socket.end());
  };

  /** The client is gone, and the log says where; with its message unfinished, that too. */
  const noteAbort = () => {
    if (over) return;
    if (reading === 'content') relay.mailbox.aborted(input.unfinished(), session);
    else relay.mailbox.conversation(`lost connection after ${tally.where()}`);
  };
  const hear = (chunk: Buffer) => {
    if (over) return;
    input.take(chunk);
    read();
  };
  const hearEnd = () => {
    clientDone = true;
    read();
  };
  const listen = () => {
    socket.on('data', hear).on('end', hearEnd);
    socket.once('close', () => {
      noteAbort();
      over = true;
    });
  };

  raw.on('error', () => raw.destroy());
  counts.connections++;
  counts.mostConnections = Math.max(counts.mostConnections, counts.connections);
  relay.mailbox.conversation('connect');
  raw.once('close', () => {
    counts.connections--;
    noteAbort();
    over = true;
    relay.mailbox.conversation('disconnect', ` ${tally.words()}`);
    relay.later(() => undefined);
  });
  listen();
  answer(greeting());
}
