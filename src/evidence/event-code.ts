import type { QueueEvent } from './queue-lives';
import type { DeliveryEnd, LogFact } from './read-line';

/** Events of one queue id as a short text, tabs between them: there may be a hundred million. */
export function encodeEvent({ ms, fact }: QueueEvent): string {
  return `${ms.toString(36)} ${factCode(fact)}`;
}

export function decodeEvents(text: string): QueueEvent[] {
  return text.split('\t').map((event) => {
    const end = event.indexOf(' ');
    return { ms: Number.parseInt(event, 36), fact: decodeFact(event.slice(end + 1)) };
  });
}

function factCode(fact: LogFact): string {
  switch (fact.kind) {
    case 'begun':
      return `${fact.local ? 'l' : 'b'}${plain(fact.client ?? '')} ${fact.pid ?? ''} ${fact.requeued ?? ''} ${fact.clientDomain ?? ''}`;
    case 'message-id':
      return `m${plain(fact.id)}`;
    case 'queued':
      return 'q';
    case 'delivery':
      return `${deliveryCode(fact)}${ENDS.indexOf(fact.end)} ${fact.handedOn ?? ''} ${plain(fact.passedTo ?? '')}|${fact.passedToDomain ?? ''} ${plain(fact.to ?? '')}`;
    case 'refused':
      return 'r';
    case 'withheld':
      return fact.how === 'held' ? 'h' : 't';
    case 'removed':
      return 'e';
    case 'proxied':
    case 'connect':
    case 'broken-off':
    case 'disconnect':
    case 'other':
      return 'o';
  }
}

function deliveryCode({ piped, elsewhere }: Extract<LogFact, { kind: 'delivery' }>): string {
  return elsewhere ? (piped ? 'P' : 'D') : piped ? 'p' : 'd';
}

const ENDS: (DeliveryEnd | null)[] = [null, 'sent', 'bounced', 'thrown-away'];

/** What a stranger wrote parts no events. */
function plain(text: string): string {
  return text.replaceAll(/[\t\n\r]/g, ' ');
}

function begunFact(local: boolean, rest: string): LogFact {
  const [client = '', pid = '', requeued = '', clientDomain = ''] = rest.split(' ');
  return {
    kind: 'begun',
    local,
    client: client || null,
    ...(pid === '' ? {} : { pid }),
    ...(requeued === '' ? {} : { requeued }),
    ...(clientDomain === '' ? {} : { clientDomain }),
  };
}

function decodeFact(code: string): LogFact {
  const rest = code.slice(1);
  switch (code[0]) {
    case 'l':
    case 'b':
      return begunFact(code[0] === 'l', rest);
    case 'm':
      return { kind: 'message-id', id: rest };
    case 'q':
      return { kind: 'queued' };
    case 'p':
    case 'd':
    case 'P':
    case 'D': {
      const [end = '', handedOn = '', host = '', ...to] = rest.split(' ');
      const [passedTo = '', passedToDomain = ''] = host.split('|');
      return {
        kind: 'delivery',
        piped: code[0] === 'p' || code[0] === 'P',
        ...(code[0] === 'P' || code[0] === 'D' ? { elsewhere: true } : {}),
        end: ENDS[Number(end)] ?? null,
        handedOn: handedOn || null,
        passedTo: passedTo || null,
        ...(passedToDomain === '' ? {} : { passedToDomain }),
        to: to.join(' ') || null,
      };
    }
    case 'r':
      return { kind: 'refused' };
    case 'h':
    case 't':
      return { kind: 'withheld', how: code[0] === 'h' ? 'held' : 'thrown-away' };
    case 'e':
      return { kind: 'removed' };
    default:
      return { kind: 'other' };
  }
}
