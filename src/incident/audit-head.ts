/** The end of an audit chain. Whoever holds it outside the database can tell whether the chain was cut or made anew since. */
export interface AuditHead {
  /** Number of the entry. */
  seq: number;
  /** SHA-256, hex. */
  hash: string;
}

/** The head as a run knows it. */
export interface AuditSeen extends AuditHead {
  /** Why it is not kept everywhere where it should be, or that the chain does not hold it any more; null: all is well. */
  problem: string | null;
}

/** 'entry 12, 9f3c…' in full. */
export function headWords({ seq, hash }: AuditHead): string {
  return `entry ${seq}, ${hash}`;
}

/** What an activity tells of the chain, as the run knows it from then on. Lanes answer in any order: an older head replaces no newer one. */
export function newerHead(known: AuditSeen | null, told: AuditSeen): AuditSeen {
  return known === null || told.seq >= known.seq ? told : { ...known, problem: told.problem };
}

/** Null where somebody else wrote it, or nobody. */
export function readHead(value: unknown): AuditHead | null {
  const { seq, hash } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return typeof seq === 'number' && Number.isSafeInteger(seq) && typeof hash === 'string' && HASH.test(hash)
    ? { seq, hash }
    : null;
}

const HASH = /^[0-9a-f]{64}$/;

/** The chain holds another entry than the one that was there, or none. */
export function changedWords(head: AuditHead): string {
  return `THE AUDIT LOG WAS CHANGED: it does not hold ${headWords(head)} any more. What was changed: npm run cli -- verify`;
}
