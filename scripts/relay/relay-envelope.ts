import { type Answer, type Envelope, MOST_OCTETS, type Outcome, type Session } from './relay-session';

const MOST_RECIPIENTS = 1_000;

/** MAIL FROM, with the parameters that were offered and no others (RFC 5321 4.1.1.11). */
export function mailFrom(line: string, session: Session): Answer | string {
  const { counts, options } = session.relay;
  if (session.envelope !== null) return '503 5.5.1 Error: nested MAIL command';
  if (options.requireTls && !session.secured) return '530 5.7.0 Must issue a STARTTLS command first';
  if (options.user !== null && !session.authenticated) return '530 5.7.0 Authentication required';
  const mail = MAIL.exec(line);
  if (!mail) return '501 5.5.4 Syntax: MAIL FROM:<address>';
  const parameters = (mail[2] ?? '').split(/[ \t]+/).filter((parameter) => parameter !== '');
  const wrong = parameters.find((parameter) => !known(parameter, session));
  if (wrong !== undefined) return `555 5.5.4 Unsupported option: ${visible(wrong)}`;
  const size = parameters.find((parameter) => /^SIZE=/i.test(parameter));
  if (size && !/^SIZE=\d{1,20}$/i.test(size)) return '501 5.5.4 Bad message size syntax';
  if (size && Number(size.slice(5)) > MOST_OCTETS) return '552 5.3.4 Message size exceeds fixed limit';
  const smtputf8 = parameters.some((parameter) => /^SMTPUTF8$/i.test(parameter));
  const envelope: Envelope = {
    from: mail[1]!,
    to: [],
    smtputf8,
    queueId: null,
    eightBit: smtputf8 || parameters.some((parameter) => /^BODY=8BITMIME$/i.test(parameter)),
  };
  if (envelope.from !== '' && !MAILBOX.test(envelope.from)) return '501 5.1.7 Bad sender address syntax';
  const undeclared = undeclaredUtf8(envelope.from, envelope);
  if (undeclared) return undeclared;
  return {
    at: 'mail',
    addresses: [envelope.from],
    usual: (): Outcome => {
      session.envelope = envelope;
      if (smtputf8) counts.smtputf8++;
      return { say: '250 2.1.0 Ok' };
    },
    refused: (reply) => {
      if (reply !== '') session.relay.mailbox.rejected(null, envelope, session.helo, reply);
    },
  };
}

export function rcptTo(line: string, session: Session): Answer | string {
  const { envelope, relay } = session;
  if (envelope === null) return '503 5.5.1 Error: need MAIL command';
  if (envelope.to.length >= MOST_RECIPIENTS) return '452 4.5.3 Error: too many recipients';
  const [, address, parameters = ''] = RCPT.exec(line) ?? [];
  if (address === undefined) return '501 5.5.4 Syntax: RCPT TO:<address>';
  if (parameters !== '') return `555 5.5.4 Unsupported option: ${visible(parameters.split(/[ \t]/)[0]!)}`;
  const refused = (reply: string) => {
    if (reply !== '') relay.mailbox.rejected(address, envelope, session.helo, reply);
  };
  if (!MAILBOX.test(address)) {
    relay.mailbox.illegal(address);
    return '501 5.1.3 Bad recipient address syntax';
  }
  const undeclared = undeclaredUtf8(address, envelope);
  if (undeclared) {
    refused(undeclared);
    return undeclared;
  }
  return {
    at: 'rcpt',
    addresses: [address],
    usual: () => {
      envelope.queueId ??= relay.mailbox.begin();
      envelope.to.push(address);
      return { say: '250 2.1.5 Ok' };
    },
    refused,
  };
}

// Up to the first closing bracket that stands in no quotes.
const PATH = String.raw`<((?:"(?:[^"\\]|\\.)*"|[^">])*)>`;
const MAIL = new RegExp(`^MAIL FROM:[ \\t]*${PATH}(?:[ \\t]+(.*))?$`, 'is');
const RCPT = new RegExp(`^RCPT TO:[ \\t]*${PATH}[ \\t]*(?:(?<=[ \\t])(.+))?$`, 'is');

// One mailbox (RFC 5321 4.1.2), its domain optional as for postmaster: outside of quotes neither space nor comma nor bracket, so
// that two addresses or a name in the column show as what they are (C17).
const MAILBOX =
  /^(?:"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"|[^\x00-\x20\x7f"(),:;<>@[\\\]]+)(?:@(?:\[[^\x00-\x20\x7f<>[\]]+\]|[^\x00-\x20\x7f"(),:;<>@[\\\]]+))?$/;

function known(parameter: string, { offers }: Session): boolean {
  const [name = '', value = ''] = parameter.toUpperCase().split('=');
  if (name === 'SIZE') return offers.has('SIZE');
  if (name === 'BODY') return /^(?:7BIT|8BITMIME)$/.test(value) && offers.has('8BITMIME');
  if (name === 'SMTPUTF8') return value === '' && offers.has('SMTPUTF8');
  return name === 'AUTH' && offers.has('AUTH');
}

function undeclaredUtf8(address: string, { smtputf8 }: Envelope): string | undefined {
  return smtputf8 || /^[\0-\x7f]*$/.test(address)
    ? undefined
    : '553 5.6.7 Must declare SMTPUTF8 to send unicode address';
}

function visible(text: string): string {
  return text.slice(0, 40).replace(/[^\x21-\x7e]/g, '?');
}
