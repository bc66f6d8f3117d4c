import { utcText } from './believe-log';

/** Our Message-ID in a relay's log, once for each life of a queue id that it was seen in. */
export interface Sighting {
  queueId: string;
  /** In the database's time; null: never in the queue. */
  queuedAt: number | null;
  refused: boolean;
  withheld: boolean;
}

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
  /** Null: no log was given. */
  sightings: Sighting[] | null;
  events: ProviderEvent[];
  /** Why the log proves nobody's absence at that time. */
  doubt: string | null;
}

/** What the evidence says of one notice in doubt. To be seen once is proof; not to be seen is proof only in a log that is whole. */
export function doubtVerdict({ sightings, events, doubt }: Seen): Verdict {
  const queued = sightings?.find((sighting) => sighting.queuedAt !== null);
  if (queued)
    return {
      verdict: 'accepted',
      queueId: queued.queueId,
      at: queued.queuedAt,
      by: 'log',
      why: `queue id ${queued.queueId}, in the queue at ${utcText(queued.queuedAt!)}`,
    };
  const event = events[0];
  if (event)
    return {
      verdict: 'accepted',
      queueId: null,
      at: event.at,
      by: 'events',
      why: `the provider says "${event.event}"${event.at === null ? '' : ` at ${utcText(event.at)}`}`,
    };
  if (sightings === null)
    return {
      verdict: 'unknown',
      why: 'not in the events, and events alone never prove that a message is absent',
    };
  const withheld = sightings.find((sighting) => sighting.withheld);
  if (withheld)
    return {
      verdict: 'unknown',
      why: `a rule of the relay put queue id ${withheld.queueId} on hold or threw it away: ask whoever runs the relay`,
    };
  if (doubt !== null) return { verdict: 'unknown', why: doubt };
  const [began] = sightings;
  if (began === undefined) return { verdict: 'absent', why: 'not in the log, which is whole for that time' };
  const how = began.refused ? 'then refused it' : 'never put it into the queue';
  return { verdict: 'absent', why: `the relay read the message as queue id ${began.queueId} and ${how}` };
}
