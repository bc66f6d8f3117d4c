/** Why a part does not work, and what to do about just that. */
export class RemediedError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}
