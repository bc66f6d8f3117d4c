/** What the breaker has put away while the run goes on: for the calls and the run's page, so without a customer's domain. */
export interface GoesWithout {
  /** How many receivers are aside. */
  aside: number;
  /** The last of them. */
  receivers: ReceiverAside[];
  relays: RelayOut[];
}

export interface ReceiverAside {
  /** Stands for the receiver, whose name may be a person's: the same each time it is put aside. */
  mark: string;
  /** ISO 8601. */
  since: string;
}

export interface RelayOut {
  relay: string;
  /** ISO 8601. */
  since: string;
  /** In our words. */
  reason: string;
}

/** As the books name whoever put something away, or closed the gate, without anybody's word. */
export const BY_BREAKER = 'the breaker';

/** What is the matter, and what to type. */
export interface Remark {
  words: string;
  command: string;
}

/** The same for a monitor, the run's page, and whoever is called. */
export function withoutRemarks(receiversAside: number, relaysOut: number): Remark[] {
  return [
    ...(receiversAside === 0 ? [] : [asideRemark(receiversAside)]),
    ...(relaysOut === 0 ? [] : [leftOutRemark(relaysOut)]),
  ];
}

/** The breaker tries a few of its customers from time to time, but a block is lifted by whoever asks that receiver. */
export function asideRemark(receivers: number): Remark {
  return {
    words: `${counted(receivers, 'RECEIVER')} ASIDE: customers there are not told, until ${receivers === 1 ? 'it takes' : 'they take'} mail again; the others are.`,
    command: 'npm run cli -- domains',
  };
}

/** Nobody but an operator takes it in again. Whom somebody has left out by hand nobody has to be told of. */
export function leftOutRemark(relays: number): Remark {
  return {
    words: `${counted(relays, 'RELAY')} LEFT OUT by the breaker: the others go on.`,
    command: 'npm run cli -- relays',
  };
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 'S'}`;
}
