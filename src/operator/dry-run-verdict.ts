import type { CompanyFinding } from '../company/inspect/finding';
import type { DryRun } from './dry-run';
import type { FaultyDryRun } from './dry-run-faulty';
import { counted, number } from './words';

/** What a start shows of its own checks: only what stops it, and what somebody should look at. */
export function findingLines(findings: CompanyFinding[]): string[] {
  const part = (severity: CompanyFinding['severity'], heading: string) => {
    const found = findings.filter((finding) => finding.severity === severity);
    return found.length === 0 ? [] : [heading, ...found.flatMap(findingLine), ''];
  };
  return [
    ...part('stops', 'STOPS IT'),
    ...part('waits', 'NOT LOOKED AT until that is corrected; it may bring more'),
    ...part('warns', 'Look at'),
  ];
}

/** The last line: whether the run may start. */
export function verdict({ findings, ready, file, onlyRelayStops, started }: DryRun): string {
  const stops = findings.filter(({ severity }) => severity === 'stops').length;
  if (ready)
    return started
      ? `READY: npm start -- ${file} --go goes on with it.`
      : `READY: npm start -- ${file} --go starts it.`;
  const what = `NOT READY: ${stops === 1 ? 'one thing stops it' : `${number(stops)} things stop it`} (above).`;
  return onlyRelayStops
    ? `${what} To expire the passwords meanwhile: npm start -- ${file} --go --relay-later`
    : what;
}

/** For a file with problems, which were told before: what else stands in the way. */
export function faultyText({ file, problems, findings }: FaultyDryRun): string {
  const stops = findings.filter(({ severity }) => severity === 'stops').length;
  const wrong = `${counted(problems.length, 'problem')} in the file`;
  const both =
    {
      0: `${wrong} (above); nothing else was found that stops it`,
      1: `${wrong}, and one thing besides that stops it (above)`,
    }[stops] ?? `${wrong}, and ${number(stops)} things besides that stop it (above)`;
  return [
    `Dry run of ${file}, as far as it goes before the file is corrected: nothing is sent, nothing is changed.`,
    '',
    ...findingLines(findings),
    `NOT READY: ${both}. Nothing was done.`,
  ].join('\n');
}

function findingLine({ what, todo }: CompanyFinding): string[] {
  const [first, ...more] = what.split('\n');
  return [`  - ${first}`, ...more.map((line) => `      ${line}`), ...(todo === '' ? [] : [`    -> ${todo}`])];
}
