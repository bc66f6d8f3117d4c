import { type Anchor, openAnchor } from '../books/anchor-head';
import type { KeepHead, NewHead } from '../books/books';
import { headWords } from '../incident/audit-head';

/** Takes the heads of what a command decides in the books itself out of the database (I6). */
export interface HeadKeeper {
  keepHead: KeepHead;
  /** Before the eyes of who typed, where Temporal does not answer: it gets the head with the run's next activity only. */
  sayLast(): void;
}

export function keepHeads(anchor: Anchor | null = openAnchor(process.env.AUDIT_ANCHOR)): HeadKeeper {
  let last: NewHead | null = null;
  return {
    keepHead: async (head) => {
      last = head;
      const problem = (await anchor?.(head)) ?? null;
      if (problem !== null) console.error(problem);
    },
    sayLast: () => {
      if (last !== null) console.error(`On the record: ${headWords(last)}. Temporal does not have it yet.`);
    },
  };
}
