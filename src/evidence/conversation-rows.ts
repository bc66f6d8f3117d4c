import { numberRows } from './number-rows';
import type { ShownSession } from './own-sessions';

/** As a log tells of it. */
export interface Conversation extends Omit<ShownSession, 'host'> {
  /** Null: not in the log. */
  endedAt: number | null;
  client: string;
  /** No message at all was taken in it. */
  empty: boolean;
  /** Another one ended or began in the second in which it did: whose a transfer of that second was nobody may be able to tell. */
  unclear: boolean;
}

/** Conversations by their numbers, flat in memory: there may be one for each hundred of 24 million messages. */
export interface ConversationRows {
  readonly length: number;
  push(conversation: Conversation): void;
  at(row: number): Omit<Conversation, 'endedAt'>;
  /** Of those from one number to before another, the ones that were open then. */
  openAt(ms: number, from: number, to: number): number[];
  setCarried(row: number, carried: ShownSession['carried']): void;
}

const [CONNECTED_AT, ENDED_AT, CLIENT, STATE, CARRIED, EMPTY, UNCLEAR] = [0, 1, 2, 3, 4, 5, 6];
const COLUMNS = 7;

/** The best first: of one session that two logs show the better is believed. */
export const STATES = ['whole', 'uncounted', 'lacking', 'open'] as const;
export const CARRIES = ['customers', 'mailboxes', 'perhaps', null] as const;

export function conversationRows(): ConversationRows {
  const rows = numberRows(COLUMNS);
  const clients = new Map<string, number>();
  const names: string[] = [];
  const numberOf = (client: string) => {
    const known = clients.get(client);
    if (known !== undefined) return known;
    clients.set(client, names.length);
    return names.push(client) - 1;
  };
  return {
    get length() {
      return rows.length;
    },
    push: ({ connectedAt, endedAt, client, state, carried, empty, unclear }) =>
      rows.push(
        connectedAt,
        endedAt ?? Number.POSITIVE_INFINITY,
        numberOf(client),
        STATES.indexOf(state),
        CARRIES.indexOf(carried),
        Number(empty),
        Number(unclear),
      ),
    at: (row) => ({
      connectedAt: rows.get(row, CONNECTED_AT),
      client: names[rows.get(row, CLIENT)]!,
      state: STATES[rows.get(row, STATE)]!,
      carried: CARRIES[rows.get(row, CARRIED)]!,
      empty: rows.get(row, EMPTY) === 1,
      unclear: rows.get(row, UNCLEAR) === 1,
    }),
    openAt: (ms, from, to) => {
      const open: number[] = [];
      for (let row = from; row < to; row++)
        if (rows.get(row, CONNECTED_AT) <= ms && ms <= rows.get(row, ENDED_AT)) open.push(row);
      return open;
    },
    setCarried: (row, carried) => rows.set(row, CARRIED, CARRIES.indexOf(carried)),
  };
}
