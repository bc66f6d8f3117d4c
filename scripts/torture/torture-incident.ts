import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { demoIncident } from '../demo/demo-incident';

/** The incident file of a torture, and how it changes while the run is on. */
export interface TortureIncident {
  file: string;
  /** Writes the next file: other words, or only another way to send them. @returns its path. */
  change(words: boolean): string;
}

export function tortureIncident(folder: string, perSecond: number): TortureIncident {
  const document: Document = parseDocument(demoIncident());
  document.setIn(['pace', 'perSecond'], perSecond);
  document.setIn(['retry', 'firstAfterSeconds'], 5);
  document.setIn(['retry', 'forHours'], 1);
  let changes = 0;
  const write = () => {
    const file = join(folder, changes === 0 ? 'incident.yaml' : `incident-${changes}.yaml`);
    writeFileSync(file, document.toString({ lineWidth: 120 }));
    return file;
  };
  return {
    file: write(),
    change: (words) => {
      changes++;
      if (words) document.setIn(['texts', 'en', 'neutralGreeting'], `Dear customer (corrected ${changes}),`);
      else document.setIn(['retry', 'firstAfterSeconds'], 5 + changes);
      return write();
    },
  };
}
