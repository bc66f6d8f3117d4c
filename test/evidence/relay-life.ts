import type { RelayLife } from '../../src/evidence/message-fate';

/** When the lives of the tests begin. */
export const T = Date.parse('2026-11-25T02:00:00Z');

/** A message that the relay mx took and sent, in a queue of that id. */
export function relayLife(queueId: string, change: Partial<RelayLife> = {}): RelayLife {
  return {
    host: 'mx',
    queueId,
    zoned: false,
    messageIds: ['<ours>'],
    local: false,
    readAt: T,
    queuedAt: T,
    refused: false,
    withheld: null,
    ends: ['sent'],
    putOff: [],
    recipients: ['a@x.test'],
    piped: false,
    client: '10.0.0.5',
    handedOn: [],
    passedTo: [],
    ...change,
  };
}
