import { existsSync, mkdirSync } from 'node:fs';
import { bootId, isOnLocalDisk } from './journal-files';
import { type Journal, JournalDeletedError, openJournal } from './open-journal';
import { listenAsOwner } from './owner-socket';

/** The dot journals of one process. */
export interface Journals {
  readonly folder: string;
  /** Of the process, in the names of its journals and its socket. */
  readonly id: string;
  /**
   * The journal of one incident, made when it is first asked for. @throws when it cannot be written; JournalDeletedError, once, where
   * somebody took it away: asked again, it goes on with
   * the old one where that is back, or else makes a new one.
   */
  of(mark: string): Journal;
  /** Its incident is over: lets go of the file. */
  forget(mark: string): void;
  /** The socket stays: it dies with the process, and whoever then finds it refusing looks after what is left. */
  close(): void;
}

export interface JournalsOptions {
  /** On a local disk, shared by all workers of this machine. */
  folder: string;
  /** Fresh and unique. */
  id: string;
  /** Path of the socket that says that this process lives; short (unix(7)). */
  socket: string;
  /** The process by its name in the claims. */
  worker: string;
}

/** @throws Error when the folder is not on a local disk, or cannot be written. */
export async function openJournals({ folder, id, socket, worker }: JournalsOptions): Promise<Journals> {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isOnLocalDisk(folder))
    throw new Error(`${folder} is not on a local disk: what a killed process wrote there may not be found`);
  const boot = bootId();
  // First the sign of life: a journal without one would be nobody's.
  await listenAsOwner(socket);
  const open = new Map<string, Journal>();
  /** Whose loss was told here, before a claim came upon it. */
  const told = new Set<string>();
  return {
    folder,
    id,
    of: (mark) => {
      const known = open.get(mark);
      const lost = known?.lost() ?? null;
      if (known && lost === null) return known;
      if (lost === 'unsaid' && !told.has(mark)) {
        told.add(mark);
        throw new JournalDeletedError(folder);
      }
      known?.close();
      told.delete(mark);
      const journal = openJournal(folder, id, { mark, worker, boot, socket });
      open.set(mark, journal);
      return journal;
    },
    forget: (mark) => {
      open.get(mark)?.close();
      open.delete(mark);
    },
    close: () => {
      for (const journal of open.values()) journal.close();
      open.clear();
    },
  };
}
