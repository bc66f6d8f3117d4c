import type { Journals } from '../email/journal/journals';
import { type TakeOverDependencies, takeOver } from './take-over';

const EVERY_MILLISECONDS = 2_000;

/** Looks every two seconds whether another worker of this machine was killed, and settles what it left behind. */
export function keepJournals(
  journals: Journals,
  dependencies: Omit<TakeOverDependencies, 'folder' | 'ownId' | 'known'>,
): { stop(): Promise<void> } {
  const known: TakeOverDependencies['known'] = new Map();
  const { folder, id: ownId } = journals;
  let looking: Promise<void> = Promise.resolve();
  let busy = false;
  const look = () => {
    if (busy) return;
    busy = true;
    looking = takeOver({ ...dependencies, folder, ownId, known })
      .catch(({ code, message }: NodeJS.ErrnoException) => {
        // The database may be away: the next look is soon.
        dependencies.log.warn(
          { code: code ?? message },
          'the journals of killed workers could not be settled yet',
        );
      })
      .finally(() => {
        busy = false;
      });
  };
  const timer = setInterval(look, EVERY_MILLISECONDS);
  look();
  return {
    stop: () => {
      clearInterval(timer);
      return looking;
    },
  };
}
