import type { Company } from '../company/company';
import type { Wave } from '../incident/vocabulary';
import type { Candidate } from './find-candidates';
import type { LedgerDatabase } from './open-database';
import type { ServerIdentity } from './server-identity';

/** What the caller's rules say of a candidate. `contentHash`: the first 8 bytes of the variant's hash. */
export type Decision = { address: string; contentHash: Buffer } | { skip: string };

export interface ClaimContext {
  db: LedgerDatabase;
  incident: number;
  company: Company;
  identity: ServerIdentity;
  wave: Wave;
  /** A reminder goes to whom the notice was sent so long ago. */
  remindAfterSeconds: number;
  lane: string;
  /** Lanes that share the rate. */
  lanes: number;
  laneToken: string;
  worker: string;
  leaseSeconds: number;
  batchLimit: number;
  decide(candidate: Candidate): Decision;
  /** The last claim that this process was told is committed: it must still be there. Moved on by each claim. */
  acknowledged: { last: { token: string } | null };
}
