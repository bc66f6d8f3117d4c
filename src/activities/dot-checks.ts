import type { CustomerId } from '../incident/vocabulary';
import type { DotObjection, DotQuestion } from '../smtp/outcome';
import type { ClaimGuard } from './guard-claim';
import type { JournaledDots } from './journal-dots';
import type { LaneSender } from './lane-senders';
import type { ClaimReceivers } from './receiver-breakers';
import type { SliceClock } from './slice-clock';
import type { ChoiceWatch, Lease, Watch } from './watches';

/** What is asked before each final dot of a claim. Each part answers null, or why not. */
export interface DotCheckParts {
  lease: Lease;
  sessions: Pick<LaneSender, 'isParted'>;
  gate: Watch;
  /** Of the claim's relay. */
  relay: Pick<Watch, 'objection'>;
  clock: Pick<SliceClock, 'told'>;
  /** Of customers; of the company's own mailboxes nobody asks. */
  receivers: Pick<ClaimReceivers, 'objection'> | null;
  /** Of reminders only. */
  choices: ChoiceWatch | null;
  guard: ClaimGuard;
  /** Null: what goes out twice does no harm. */
  dots: JournaledDots | null;
}

type DotCheck = [name: string, objection: (question: DotQuestion<CustomerId>) => string | null];

/**
 * Whether the next dot may go out: null, or the first check that says no, and why (I2). In this order: what costs nothing
 * first, the message itself last but one, and the journal last of all, since what it has written may have been dotted.
 */
export function dotChecks(parts: DotCheckParts) {
  const { lease, sessions, gate, relay, clock, receivers, choices, guard, dots } = parts;
  const checks: DotCheck[] = [
    ['lease', lease.objection],
    ['sessions', () => (sessions.isParted() ? "the lane's sessions may be somebody else's by now" : null)],
    ['gate', gate.objection],
    ['relay', relay.objection],
    ['slice', () => (clock.told() ? 'the slice was told to stop' : null)],
    ...(receivers === null ? [] : [['receiver', receivers.objection] satisfies DotCheck]),
    ...(choices === null ? [] : [['choices', choices.objection] satisfies DotCheck]),
    ['guard', guard.objection],
    ...(dots === null ? [] : [['journal', dots.objection] satisfies DotCheck]),
  ];
  return (question: DotQuestion<CustomerId>): DotObjection | null => {
    for (const [check, objection] of checks) {
      const reason = objection(question);
      if (reason !== null) return { check, reason };
    }
    return null;
  };
}
