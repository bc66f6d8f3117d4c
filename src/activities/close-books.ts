import { checkWaves, surveyNotices, wavesOf } from '../books/balance';
import { readDelay } from '../books/delay';
import { closeIncident, lastDecision } from '../books/incident-decisions';
import { isOtherServer } from '../books/ledger-identity';
import { verifyExpiry } from '../company/verify-expiry';
import { OTHER_SERVER } from '../incident/hold-reason';
import { delayWords } from '../incident/law-delay';
import { lostRecord } from './audit-heads';
import type { CloseResult, IncidentRef } from './contract';
import type { RunContexts } from './run-context';

/** Checks the books and the company's tables; closes the incident when both are in order, else tells what is not (I1, I3, I4). */
export function closeBooks(runs: RunContexts) {
  return async ({ incidentId, auditHead, by }: IncidentRef & { by: string }): Promise<CloseResult> => {
    const { books, identity } = await runs(incidentId);
    const { db, company, incident } = books;
    if (await isOtherServer(books, identity))
      return {
        closed: false,
        problems: [`this is not the database that the run began on. ${OTHER_SERVER}`],
        findings: [],
      };
    const lost = await lostRecord(books, { auditHead });
    if (lost !== null) return { closed: false, problems: [lost], findings: [] };
    for (;;) {
      const checkedAt = await lastDecision(books);
      const delay = await readDelay(books);
      if (delay !== null) return { closed: false, problems: [delayWords(delay)], findings: [] };
      const { findings } = await verifyExpiry(db, company, incident, Date.now());
      const waves = await wavesOf(books);
      const problems = (await checkWaves(books, waves)).map(({ count, what }) => `${count} ${what}`);
      if (problems.length > 0 || findings.length > 0) return { closed: false, problems, findings };
      const { cohort, notices } = await surveyNotices(books, 'notice');
      const reminders = waves.includes('reminder')
        ? { reminders: (await surveyNotices(books, 'reminder')).notices }
        : {};
      if (await closeIncident(books, { by, facts: { cohort, notices, ...reminders }, checkedAt }))
        return { closed: true, problems: [], findings: [] };
    }
  };
}
