import { utcText } from './believe-log';
import type { Fate, MessageFate } from './message-fate';

/** A provider's word that it has the message. */
export interface ProviderEvent {
  event: string;
  at: number | null;
}

export type Verdict =
  | { verdict: 'accepted'; queueId: string | null; at: number | null; by: 'log' | 'events'; why: string }
  /** Only recommends: it is sent again by an operator's word, never by itself. */
  | { verdict: 'absent'; why: string }
  | { verdict: 'unknown'; why: string };

export interface Seen {
  /** What the log tells of it: `unseen` is nothing; null: no log was given. */
  fate: MessageFate | 'unseen' | null;
  events: ProviderEvent[];
  /** Why the log proves nobody's absence at that time. */
  doubt: string | null;
}

/** What the evidence says of one notice in doubt. To be seen once is proof; not to be seen is proof only in a log that is whole. */
export function doubtVerdict({ fate, events, doubt }: Seen): Verdict {
  const seen = fate === 'unseen' ? null : fate;
  const accepted = seen?.acceptances[0];
  if (accepted) {
    const queueId = accepted.path[0]!.split('/').at(-1)!;
    return {
      verdict: 'accepted',
      queueId,
      at: accepted.at,
      by: 'log',
      why: `queue id ${queueId}, in the queue at ${utcText(accepted.at)}${AFTERWARDS[accepted.fate]}`,
    };
  }
  const event = events[0];
  if (event)
    return {
      verdict: 'accepted',
      queueId: null,
      at: event.at,
      by: 'events',
      why: `the provider says "${event.event}"${event.at === null ? '' : ` at ${utcText(event.at)}`}`,
    };
  if (fate === null)
    return {
      verdict: 'unknown',
      why: 'not in the events, and events alone never prove that a message is absent',
    };
  if (seen?.withheld)
    return {
      verdict: 'unknown',
      why: `a rule of the relay ${seen.withheld.how === 'held' ? 'put' : 'threw away'} queue id ${seen.withheld.queueId}${seen.withheld.how === 'held' ? ' on hold' : ''}: ask whoever runs the relay`,
    };
  if (doubt !== null) return { verdict: 'unknown', why: doubt };
  if (!seen?.notTaken) return { verdict: 'absent', why: 'not in the log, which is whole for that time' };
  const { queueId, refused } = seen.notTaken;
  const how = refused ? 'then refused it' : 'never put it into the queue';
  return { verdict: 'absent', why: `the relay read the message as queue id ${queueId} and ${how}` };
}

const AFTERWARDS: Record<Fate, string> = {
  sent: '',
  waiting: '',
  held: ', then put on hold',
  bounced: ', then bounced',
  elsewhere: ', and sent to another address',
  'thrown-away': ', then thrown away',
};
