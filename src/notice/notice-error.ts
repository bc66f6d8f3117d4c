/**
 * The incident file cannot become a notice. `path` is where in the file (`texts.en.subject`); the message says what was
 * found and what to write instead. Never retryable: somebody must mend the file.
 */
export class NoticeError extends Error {
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = 'NoticeError';
    this.path = path;
  }
}
