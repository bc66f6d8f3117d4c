import type { Verification } from './verify';
import { printable } from './words';

/** The verification for people; its last line is the verdict. */
export function verifyText({ incidentId, phase, holds, checks }: Verification): string {
  const words = (verdict: boolean | null) => (verdict === null ? ' -- ' : verdict ? ' ok ' : 'FAIL');
  return [
    `Verification of ${incidentId}, phase ${phase}`,
    ...checks.flatMap((check) => [
      `  [${words(check.holds)}] ${check.name}`,
      ...check.found.map((found) => `         ${printable(found, 2_000)}`),
    ]),
    holds ? 'Everything that can be judged now holds.' : 'IT DOES NOT HOLD: see FAIL above.',
  ].join('\n');
}
