import type { Phase } from '../incident/vocabulary';
import type { NoticeCounts } from './report';
import { counted } from './words';

/** What a run that goes on has still to do, by its phase: completes "the run goes on, and ...". */
export function stillToDo(phase: Phase, proof: NoticeCounts & { cohort: number }): string {
  if (phase === 'expire')
    return `passwords are being expired: of ${counted(proof.cohort, 'customer')} so far, how many it will be nobody has counted yet, and nobody is told before all are expired`;
  if (tellsNobody(phase, proof)) return `nobody is told yet of ${counted(proof.cohort, 'customer')}`;
  const open = openCustomers(proof);
  if (open === 0) return 'every customer has a final answer by now';
  return `${counted(open, 'customer')} ${open === 1 ? 'has' : 'have'} no final answer yet`;
}

/** Whom a run that goes on may still tell, and a cancelled one does not any more. */
export function openCustomers({ sending, released, deferred, toCome, inDoubt }: NoticeCounts): number {
  return sending + released + deferred + toCome + inDoubt;
}

/** What a run that was cancelled leaves behind: completes "it was ended before its end; ...". */
export function leftUndone(proof: NoticeCounts): string {
  const open = openCustomers(proof);
  if (open === 0) return 'every customer of the cohort has a final answer';
  return `${counted(open, 'customer')} ${open === 1 ? 'has' : 'have'} no final answer, and nobody is told any more`;
}

/** Before the canary; by the books, too. */
export function tellsNobody(phase: Phase, { cohort, toCome }: NoticeCounts & { cohort: number }): boolean {
  return BEFORE_CANARY.has(phase) && toCome === cohort;
}

const BEFORE_CANARY: ReadonlySet<Phase> = new Set<Phase>(['expire', 'verify', 'approval']);
