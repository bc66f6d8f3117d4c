/** The ledger cannot be made or used as it is. The message says what was found and what to do; an operator needs no stack. */
export class LedgerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LedgerError';
  }
}
