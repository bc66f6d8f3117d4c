import { createHash } from 'node:crypto';
import { canonicalIncident } from './canonical-incident';
import type { Incident } from './incident-schema';

/** SHA-256 over what the file says, hex: stands on the incident's row, so that a changed file is known. */
export function fileHash(incident: Incident): string {
  return createHash('sha256').update(canonicalIncident(incident)).digest('hex');
}
