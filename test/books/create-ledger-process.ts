import { createLedger } from '../../src/books/migrate';
import { bigintKey } from './own-ledger';

/** The making of a ledger in a process of its own: something to kill. */
createLedger(process.argv[2]!, bigintKey).then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
