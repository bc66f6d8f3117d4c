import type { RecognizedSystem } from '../company/recognize-systems';
import type { Mapped } from './map';
import { counted, number, printable, table } from './words';

/** What was found, what is sure, and what only the company can answer; the section itself comes last where no file was named. */
export function mapText(mapped: Mapped): string {
  const { proposal, companySchema, tables, columns } = mapped;
  return [
    `${printable(companySchema)}: ${counted(tables, 'table')}, ${counted(columns, 'column')}. Nothing was changed.`,
    '',
    ...table(factsOf(mapped)),
    '',
    ...credentialLines(mapped),
    ...questionLines(mapped),
    ...listOf('Not seen', mapped.unseen),
    ...listOf('Not read', mapped.unread),
    ...listOf('Left out of the shipped mapping', proposal.leftOut),
    ...endLines(mapped),
  ].join('\n');
}

function factsOf({ proposal }: Mapped): [string, string][] {
  const { system, systems, customers, section } = proposal;
  return [
    ['System', system === null ? 'none that is known: proposed from the catalogue' : systemWords(system)],
    ...systems
      .filter((other) => other !== system)
      .map((other): [string, string] => ['', `also here: ${systemWords(other)}`]),
    ['Customers', `${printable(customers.table)} (${customers.because.join(', ')})`],
    ...(customers.others.length > 0
      ? [
          [
            '',
            `other tables with people: ${printable(customers.others.join(', '))}; --customers TABLE takes another`,
          ] as [string, string],
        ]
      : []),
    [
      'Proposed',
      `${counted(section.retire.length, 'column')} of passwords to retire, ${counted(section.revoke.length, 'entry', 'entries')} to revoke`,
    ],
  ];
}

function systemWords({ preset, prefix, sure, missing }: RecognizedSystem): string {
  const { name, versions } = preset.system;
  const under = prefix === '' ? '' : `, prefix ${printable(prefix)}`;
  const how = sure ? 'sure: all of its tables are here' : `likely: but for ${printable(missing.join(', '))}`;
  return `${name} (${versions})${under}; ${how}`;
}

function credentialLines({ proposal }: Mapped): string[] {
  const { credentials } = proposal;
  if (credentials.length === 0) return ['Nothing looks like a credential.', ''];
  const open = credentials.filter(({ mapped }) => mapped === null).length;
  return [
    `${counted(credentials.length, 'table or column looks', 'tables and columns look')} like credentials; not mapped yet: ${number(open)}`,
    ...table(
      credentials.map(({ table: name, column, why, mapped, question }) => [
        printable(column === null ? name : `${name}.${column}`),
        `${mapped === null ? `NOT YET (question ${question})` : `${mapped}${question === null ? '' : ` (question ${question})`}`}: ${why}`,
      ]),
    ),
    '',
  ];
}

function questionLines({ proposal }: Mapped): string[] {
  const { questions } = proposal;
  if (questions.length === 0) return [];
  return [
    `Only you can answer (${questions.filter(({ open }) => open).length} of ${questions.length} must be, before anything runs)`,
    ...questions.flatMap(({ number: n, question, todo, paths, open }) => [
      `  ${n}. ${printable(question)}${open ? '' : ' (a default stands)'}`,
      `     -> ${printable(todo, 600)}`,
      `     at ${paths.slice(0, 6).join(', ')}${paths.length > 6 ? ` and ${paths.length - 6} more` : ''}`,
    ]),
    '',
  ];
}

function listOf(heading: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [heading, ...lines.map((line) => `  - ${printable(line)}`), ''];
}

function endLines({ proposal, path, yaml }: Mapped): string[] {
  const open = proposal.questions.filter((question) => question.open).length;
  const then =
    open === 0
      ? 'put it into the incident file, then: npm start -- FILE'
      : `answer ${counted(open, 'question')} at each ???, put it into the incident file, then: npm start -- FILE`;
  if (path !== null) return [`WRITTEN: ${path}; ${then}`];
  return [`The section (--out FILE writes it); ${then}`, '', yaml.trimEnd()];
}
