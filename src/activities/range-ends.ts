import type { Books } from '../books/books';
import { keysFor, leaveStandIns, standInOf } from '../books/stand-ins';
import type { CustomerId, KeyRange } from '../incident/vocabulary';

// The workflow, and with it Temporal's history, knows each range by what stands for its ends (books/stand-ins.ts).

/** The key for which this stands. */
export async function keyFor(books: Books, told: CustomerId | null): Promise<CustomerId | null> {
  return told === null ? null : (await keysFor(books, [told])).get(told)!;
}

/** A key on its way to the workflow, from which it may come back. */
export async function tellKey(books: Books, key: CustomerId | null): Promise<CustomerId | null> {
  return key === null ? null : (await leaveStandIns(books, [key])).get(key)!;
}

export async function tellRanges(books: Books, ranges: readonly KeyRange[]): Promise<KeyRange[]> {
  const ends = ranges.flatMap(({ after, upTo }) => (after === null ? [upTo] : [after, upTo]));
  const standIns = await leaveStandIns(books, ends);
  return ranges.map((range) => ({
    ...range,
    after: range.after === null ? null : standIns.get(range.after)!,
    upTo: standIns.get(range.upTo)!,
  }));
}

/** A lane's range, by its keys, and how the slice speaks of them. */
export interface SliceRange extends KeyRange {
  /** Where it has come to, for the workflow. */
  tell(at: CustomerId | null): Promise<CustomerId | null>;
  /** The same for the Web UI's heartbeat. */
  show(at: CustomerId | null): { at: string; upTo: string };
}

/** @param told by the workflow. */
export async function sliceRange(books: Books, told: KeyRange): Promise<SliceRange> {
  const keys = await keysFor(books, told.after === null ? [told.upTo] : [told.after, told.upTo]);
  const after = told.after === null ? null : keys.get(told.after)!;
  const upTo = keys.get(told.upTo)!;
  return {
    ...told,
    after,
    upTo,
    // Where nothing was done the workflow hears the very word that it said: a run of an older version has said the key.
    tell: (at) => Promise.resolve(at === after ? told.after : at === upTo ? told.upTo : tellKey(books, at)),
    show: (at) => ({
      at: at === null ? 'the beginning' : standInOf(books, at),
      upTo: standInOf(books, upTo),
    }),
  };
}
