import { type BreakerVerdict, breakerVerdict } from '../incident/breaker';
import { addAnswer, addOutcomes, type BreakerWindow, emptyWindow } from '../incident/breaker-window';
import type { Outcome, SessionTrouble } from '../smtp/outcome';
import type { RunContext } from './run-context';

/** What this worker has lately seen of the relay, over all its lanes. */
export interface RelayBreaker {
  /** Takes in one answer, as soon as it is known, and says whether the gate must close. After it has tripped it begins anew. */
  answered(outcome: Outcome): BreakerVerdict;
  /** Takes in one batch, of which it knows the answers, likewise. */
  takeIn(outcomes: Outcome[], trouble: SessionTrouble[]): BreakerVerdict;
}

export interface RelayBreakers {
  /** @param fence of the gate: once anybody has closed it again, what was seen before no longer counts. */
  of(run: RunContext, fence: number): RelayBreaker;
}

const NO_TRIP: BreakerVerdict = { trip: false, reason: '', nobodysFault: null };

export function relayBreakers(): RelayBreakers {
  const seen = new Map<number, { fence: number; window: BreakerWindow }>();
  return {
    of: ({ books: { incident }, file }, fence) => {
      // What another worker's breaker closed the gate for, and somebody fixed, must not close it once more.
      if (seen.get(incident)?.fence !== fence) seen.set(incident, { fence, window: emptyWindow() });
      const watched = seen.get(incident)!;
      const judged = () => {
        const verdict = breakerVerdict(watched.window, file.breaker);
        if (verdict.trip) watched.window = emptyWindow(verdict.nobodysFault);
        return verdict;
      };
      return {
        answered: (outcome) => {
          const nowSeconds = performance.now() / 1000;
          watched.window = addAnswer(watched.window, outcome, nowSeconds);
          return watched.window.run.count < file.breaker.sameRefusals ? NO_TRIP : judged();
        },
        takeIn: (outcomes, trouble) => {
          const nowSeconds = performance.now() / 1000;
          watched.window = addOutcomes(
            watched.window,
            nowSeconds,
            file.breaker.windowSeconds,
            outcomes,
            trouble,
          );
          return judged();
        },
      };
    },
  };
}
