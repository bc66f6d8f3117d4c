import { checkWaves, surveyNotices, wavesOf } from '../books/balance';
import { closeIncident, lastDecision } from '../books/decisions';
import { isOtherServer } from '../books/ledger-identity';
import type { Database } from '../books/open-database';
import { verifyExpiry } from '../company/verify-expiry';
import { OTHER_SERVER } from '../incident/hold-reason';
import type { CloseResult, IncidentRef } from './contract';
import type { RunContexts } from './run-context';

/** Checks the books and the company's tables; closes the incident when both are in order, else tells what is not (I1, I3, I4). */
export function closeBooks({ db }: Database, runs: RunContexts) {
  return async ({ incidentId, by }: IncidentRef & { by: string }): Promise<CloseResult> => {
    const { number, company, identity } = await runs(incidentId);
    if (await isOtherServer(db, number, identity))
      return { closed: false, problems: [`they are not where this began. ${OTHER_SERVER}`], findings: [] };
    for (;;) {
      const checkedAt = await lastDecision(db, number);
      const { findings } = await verifyExpiry(db, company, number, Date.now());
      const waves = await wavesOf(db, number);
      const found = await checkWaves(db, number, waves);
      const problems = found.map(({ count, what }) => `${count} ${what}`);
      if (problems.length > 0 || findings.length > 0) return { closed: false, problems, findings };
      const { cohort, notices } = await surveyNotices(db, number, 'notice');
      const reminders = waves.includes('reminder')
        ? { reminders: (await surveyNotices(db, number, 'reminder')).notices }
        : {};
      if (await closeIncident(db, number, { by, facts: { cohort, notices, ...reminders }, checkedAt }))
        return { closed: true, problems: [], findings: [] };
    }
  };
}
