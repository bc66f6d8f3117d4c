import { type BreakerVerdict, breakerVerdict } from '../incident/breaker';
import { addAnswer, addOutcomes, type BreakerWindow, emptyWindow } from '../incident/breaker-window';
import type { Outcome, SessionTrouble } from '../smtp/outcome';
import type { RunContext } from './run-context';

/** What this worker has lately seen of one relay, over all its lanes. */
export interface RelayBreaker {
  /** Takes in one answer, as soon as it is known, and says whether the relay must be left out, or the gate close. After it has tripped it begins anew. */
  answered(outcome: Outcome): BreakerVerdict;
  /** Takes in one batch, of which it knows the answers, likewise. */
  takeIn(outcomes: Outcome[], trouble: SessionTrouble[]): BreakerVerdict;
}

export interface RelayBreakers {
  /** @param fences of the gate and of the relay: once anybody has changed one of them, what was seen before no longer counts. */
  of(run: RunContext, relay: string, fences: string): RelayBreaker;
}

const NO_TRIP: BreakerVerdict = { trip: false, reason: '', nobodysFault: null };

export function relayBreakers(): RelayBreakers {
  const seen = new Map<string, { fences: string; window: BreakerWindow }>();
  return {
    of: ({ books: { incident }, file }, relay, fences) => {
      const name = `${incident} ${relay}`;
      // What another worker's breaker closed the gate for, and somebody fixed, must not close it once more.
      if (seen.get(name)?.fences !== fences) seen.set(name, { fences, window: emptyWindow() });
      const watched = seen.get(name)!;
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
