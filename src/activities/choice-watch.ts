import type { ClaimContext } from '../books/claim-context';
import type { Claimed } from '../books/claim-notices';
import { hasAnyChosen } from '../books/has-any-chosen';
import type { CustomerId } from '../incident/vocabulary';
import type { Outcome, Outgoing } from '../smtp/outcome';
import { keepWatch, type Watch } from './keep-watch';

export interface ChoiceWatch extends Watch {
  answered(message: Outgoing<CustomerId>, outcome: Outcome): void;
}

/**
 * Of the passwords that a claim of reminders goes by, since with a slow relay its last dot goes out long after they were read. Does
 * not hold once somebody whom the relay has not answered has chosen one: the rest is then claimed anew. One statement each 0.4 s;
 * a claim that is sent sooner costs none.
 */
export function watchChoices(context: ClaimContext, { customers }: Claimed): ChoiceWatch {
  const waiting = new Set(customers.map(({ customerId }) => customerId));
  const watch = keepWatch(
    async () => waiting.size === 0 || !(await hasAnyChosen(context.db, context, [...waiting])),
  );
  return {
    ...watch,
    answered({ key }, { kind }) {
      if (kind !== 'released') waiting.delete(key!);
    },
  };
}
