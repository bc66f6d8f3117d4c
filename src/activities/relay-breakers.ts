import type { Outcome, SessionTrouble } from '../email/smtp/outcome';
import { type BreakerVerdict, judgeBreaker } from '../incident/breaker';
import { addOutcomes, emptyWindow } from '../incident/breaker-window';
import type { RunContext } from './run-context';

/** What this worker has lately seen of the relay, over all its lanes. */
export interface RelayBreaker {
  /** Takes in one batch and says whether the gate must close. After it has tripped it begins anew. */
  judge(outcomes: Outcome[], trouble: SessionTrouble[]): BreakerVerdict;
}

export interface RelayBreakers {
  of(run: RunContext): RelayBreaker;
}

export function relayBreakers(): RelayBreakers {
  const breakers = new Map<number, RelayBreaker>();
  return {
    of: ({ number, file }) => {
      const known = breakers.get(number);
      if (known) return known;
      let window = emptyWindow();
      const breaker: RelayBreaker = {
        judge: (outcomes, trouble) => {
          const nowSeconds = performance.now() / 1000;
          window = addOutcomes(window, nowSeconds, file.breaker.windowSeconds, outcomes, trouble);
          const verdict = judgeBreaker(window, file.breaker);
          if (verdict.trip) window = emptyWindow();
          return verdict;
        },
      };
      breakers.set(number, breaker);
      return breaker;
    },
  };
}
