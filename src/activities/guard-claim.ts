import type { Claimed } from '../books/claim';
import type { CustomerId } from '../incident/vocabulary';
import type { CompiledNotice } from '../notice/compile-notice';
import { foreignPart, type OwnData } from '../notice/guard-message';
import type { DotQuestion } from '../smtp/outcome';

/** The last look before each dot of a claim: is there anything in the message that is not its customer's own? */
export interface ClaimGuard {
  passes(question: DotQuestion<CustomerId>): boolean;
  /** What it has stopped, for the gate; null: nothing. From then on it stops everything of the claim. */
  stopped(): string | null;
}

interface Guarded {
  notice: CompiledNotice;
  own: OwnData;
}

/** @param of what each customer of the claim gets, and what of theirs may be in it. */
export function guardClaim(
  claim: Claimed,
  of: (customer: Claimed['customers'][number]) => Guarded,
): ClaimGuard {
  const customers = new Map(claim.customers.map((customer) => [customer.customerId, of(customer)]));
  let stopped: string | null = null;
  return {
    passes({ message, content }) {
      if (stopped !== null) return false;
      const guarded = customers.get(message.key!);
      const foreign =
        guarded === undefined || message.address !== guarded.own.address
          ? 'the recipient'
          : foreignPart(content, guarded.notice, guarded.own);
      if (foreign === null) return true;
      stopped = guardWords(
        `of the message to customer ${message.key}, ${foreign} is not that customer's own`,
      );
      return false;
    },
    stopped: () => stopped,
  };
}

/** Not the relay's fault, nor the file's: the program's, or the machine's. */
function guardWords(what: string): string {
  return `${what}. It was not sent, and nothing else is. This is a fault of this program or of the machine's memory: keep the worker's log, start the workers on another machine or in another version, and resume only when it is understood`;
}
