import { greetingName } from '../incident/greeting-name';

/** Of a test mail: what it is a test of, and who sends it. */
export interface TestMark {
  incidentId: string;
  /** Of the whole set of notices, as `approve` names it. */
  contentHash: string;
  by: string;
}

/**
 * What a test has that the notice has not: its subject begins with [TEST], a header names the variant, and both parts begin with
 * these lines. In English, whatever the notice's language: they are for the company's own people.
 */
export function testMarks({ incidentId, contentHash, by }: TestMark, key: string) {
  const sender = greetingName(by);
  return {
    subject: (subject: string) => `[TEST] ${subject}`,
    header: `X-Breach-Response-Test: ${key}`,
    lines: [
      "THIS IS A TEST of a notice. It changed nobody's password, and the customer whom it names is made up.",
      // A name that a mail program would make a link of (jane.doe) is for the audit log alone (C21).
      `Variant ${key} of ${incidentId}, content ${contentHash.slice(0, 12)}, sent by ${'name' in sender ? sender.name : 'whom the audit log names'}.`,
    ],
  };
}

/** The lines above the plain-text part. */
export function testText(lines: string[]): string {
  const rule = '='.repeat(60);
  return `${[rule, ...lines, rule].join('\n')}\n\n`;
}
