/**
 * A small fault in a line that guards a promise, and the tests that notice it. `npm run mutants` plants each in a copy of
 * the project. The list of a room stands in `mutants.ts` beside its tests.
 */
export interface Mutant {
  /** The file that is changed, from the project's folder. */
  file: string;
  /** What is replaced: it stands there exactly once. */
  from: string;
  to: string;
  /** What then goes wrong, in a few words. */
  fault: string;
  /** What it breaks: a promise (I2) or a case (C49). */
  promise: string;
  /** Which tests must fail: file, from the project's folder, and the names of the tests or what stands in them. */
  red: Record<string, string[]>;
}
