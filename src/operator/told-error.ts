/**
 * Something that the person who typed can mend. Its message says what was found and what to do; no stack is shown.
 * Exit 2: wrong usage, which includes a wrong incident file. Exit 1: the operation failed.
 */
export class ToldError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
    this.name = 'ToldError';
  }
}
