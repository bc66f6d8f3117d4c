import type { CompiledNotice } from '../notice/compile-notice';
import { foreignPart, type OwnData } from '../notice/guard-message';
import type { DotQuestion } from '../smtp/outcome';

/** The last look before each dot of a claim: does the message hold anything that is not its customer's own? */
export interface ClaimGuard {
  /** What is foreign in the message, as the gate's reason; null: nothing. After one objection it objects to the whole claim. */
  objection(question: DotQuestion<string>): string | null;
}

interface Guarded {
  notice: CompiledNotice;
  own: OwnData;
}

/**
 * @param guardedByKey what each message's recipient gets, and what of theirs may be in it.
 * @param whose in words without personal data.
 */
export function guardClaim(
  guardedByKey: ReadonlyMap<string, Guarded>,
  whose: (key: string) => string,
): ClaimGuard {
  let stopped: string | null = null;
  return {
    objection({ message, content }) {
      if (stopped !== null) return stopped;
      const guarded = guardedByKey.get(message.key!);
      const foreign =
        guarded === undefined || message.address !== guarded.own.address
          ? 'the recipient'
          : foreignPart(content, guarded.notice, guarded.own);
      if (foreign !== null)
        stopped = guardWords(
          `a message held something foreign: ${foreign} was not that of ${whose(message.key!)}`,
        );
      return stopped;
    },
  };
}

/** Neither the relay nor the file is at fault: the program is, or the machine. */
function guardWords(finding: string): string {
  return `${finding}. The message was not sent, and nothing else is sent. The fault is this program's or the machine's memory's: keep the worker's log, start the workers on another machine or in another version, and resume only when you know why`;
}
