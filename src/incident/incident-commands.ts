/** The verbs of `npm run cli --` that are about one incident, and take --incident. */
export const INCIDENT_VERBS = [
  'approve',
  'audit',
  'cancel',
  'close',
  'domains',
  'export',
  'hold-for-law-enforcement',
  'lookup',
  'pause',
  'purge',
  'reconcile',
  'relays',
  'remind',
  'report',
  'resume',
  'retry',
  'set-rate',
  'settle',
  'status',
  'verify',
] as const;

const COMMANDS = new RegExp(
  `(npm run cli -- (?:${INCIDENT_VERBS.join('|')}))(?![\\w-])(?=([^;\`\\n]*))`,
  'g',
);

/**
 * The same words, in which each command names the incident that they are about: where two are not closed, it would ask which, or be typed
 * for the wrong one.
 */
export function withIncident(words: string, incidentId: string): string {
  return words.replace(COMMANDS, (command, _, rest: string) => {
    const [options = ''] = rest.split('npm ', 1);
    return options.includes(' --incident ') ? command : `${command} --incident ${incidentId}`;
  });
}
