import type { Proof, Report } from './report';

/** The proof for people: what was done, what the relay says, and what does not add up. */
export function proofText({ title, incidentId, proof, problems, notes }: Report): string {
  const { relay, reminders } = proof;
  const lines = [
    `The proof: ${title} (${incidentId})`,
    '',
    ...rows([
      ['Cohort', proof.cohort, 'accounts that were there at the cutoff'],
      ['  expired', proof.expired, 'had a password from before the cutoff'],
      ['  changed since', proof.changedSince, 'had chosen a new one, which was not touched'],
      ['  no password', proof.noPassword, 'had none'],
      ['Sent', proof.sent, 'the relay took the notice'],
      ['  skipped', proof.skipped, 'no address, or none that mail can reach'],
      ['  failed', proof.failed, 'refused by the relay for good'],
      ['  deferred', proof.deferred, 'put off by the relay, to be tried again'],
      ['  in doubt', proof.inDoubt, 'only the relay knows; never sent again blindly'],
      ['Expired a second', proof.expirePerSecond, 'cohort / time from the start to the end of expiry'],
      ['Sent a second', proof.notifyPerSecond, 'after the canary, ledger on, pauses counted as time'],
    ]),
    '',
    ...(reminders === null
      ? []
      : [
          ...rows([
            ['Reminded', reminders.sent, 'the relay took the reminder'],
            ['  not needed', reminders.skipped, 'a new password, none expired, or no notice before'],
            ['  failed', reminders.failed, 'refused by the relay for good'],
            ['  in doubt', reminders.inDoubt, 'only the relay knows'],
            ['  had chosen before', reminders.remindedAfterChoosing, 'by the customers table; must be 0'],
          ]),
          '',
        ]),
    ...(relay === null
      ? []
      : [
          "By the relay's own log and the customers table, without the ledger:",
          '',
          ...rows([
            ['Accepted once', relay.customersAcceptedOnce, 'customers'],
            ['Accepted twice or more', relay.customersAcceptedTwiceOrMore, 'customers'],
            ['Never accepted', relay.customersNeverAccepted, 'customers: those skipped or failed'],
            ...reminderRows(reminders),
          ]),
          '',
        ]),
    ...notes.map((note) => `Note: ${note}`),
    ...(problems.length === 0
      ? [
          'Everything adds up: everybody has one final answer (I1), nobody was told twice without a decision (I2).',
        ]
      : ['IT DOES NOT ADD UP:', ...problems.map((problem) => `- ${problem}`)]),
  ];
  return lines.join('\n');
}

function reminderRows(reminders: Proof['reminders']): Fact[] {
  if (!reminders?.relay) return [];
  const { customersAcceptedOnce: once, customersAcceptedTwiceOrMore: twice } = reminders.relay;
  return [
    ['Reminded once', once, 'customers'],
    ['Reminded twice or more', twice, 'customers'],
  ];
}

type Fact = [name: string, value: number | null, meaning: string];

function rows(facts: Fact[]): string[] {
  return facts.map(([name, value, meaning]) => {
    const shown = value === null ? '-' : value.toLocaleString('en-US');
    return `  ${name.padEnd(24)}${shown.padStart(12)}  ${meaning}`;
  });
}
