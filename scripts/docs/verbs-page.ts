import { Command } from 'commander';
import { ENVIRONMENT, type Variable } from '../../src/operator/parts/environment';
import { EXIT_CODES, VERBS } from '../../src/operator/verbs';
import { evidenceCommand } from '../bench/bench-evidence';
import { benchCommand } from '../bench/bench-options';
import { demoCommand, seedCommand } from '../demo/demo-options';
import { mutantsCommand } from '../mutants/mutants-options';
import { rehearseCommand } from '../rehearse/rehearse-options';
import { tortureCommand } from '../torture/torture-options';

/** docs/verbs.md: every command, with what it changes, its options and an example, as the program itself declares them. */
export function verbsPage(): string {
  const verbs = Object.keys(VERBS);
  const scripts = SCRIPTS.map(({ name }) => scriptOf(name));
  const index = [...verbs.map((verb) => link(verb, verb)), ...scripts.map((script) => link(script, script))];
  return [
    INTRODUCTION,
    index.join(' · '),
    ...verbs.map(verbText),
    ...SCRIPTS.map(scriptText),
    `## Environment\n\n${environmentTable()}`,
    '',
  ].join('\n\n');
}

const INTRODUCTION = `# Every verb

*Made from the program by \`npm run docs\`: correct it in \`src/operator\` and \`scripts\`.*

\`npm run cli -- VERB --help\` shows the same. What each does in the course of a night: [README](../README.md). Where a verb is about one
incident, \`--incident ID\` names it, and without it the only one that is not closed is meant, or else the newest.

Exit codes: ${EXIT_CODES}`;

function verbText(name: string): string {
  const { effect, example, exits } = VERBS[name]!;
  const command = new Command(`npm run cli -- ${name}`);
  VERBS[name]!.load()(command);
  const also = name === 'start' ? ' The same as `npm start -- FILE`.' : '';
  return commandText(name, command, { effect: `${effect}${also}`, example, exits });
}

interface Usage {
  effect: string;
  example: string;
  exits?: string | undefined;
}

function commandText(heading: string, command: Command, { effect, example, exits }: Usage): string {
  const rows = [
    ...command.registeredArguments.map((argument) => [`\`<${argument.name()}>\``, argument.description]),
    ...command.options
      .filter(({ hidden }) => !hidden)
      .map(({ flags, description, defaultValue, argChoices }) => [
        `\`${flags}\``,
        `${description}${argChoices ? ` (${argChoices.join(', ')})` : ''}${defaultWords(defaultValue)}`,
      ]),
  ].map(([what, words]) => `| ${what} | ${cell(words!)} |`);
  return [
    `## ${heading}`,
    `${command.description()}\n\n**${effect}**`,
    ...(rows.length === 0 ? [] : [['| | |', '|---|---|', ...rows].join('\n')]),
    `\`\`\`\n${example}\n\`\`\``,
    ...(exits ? [`Exit codes: ${exits}`] : []),
  ].join('\n\n');
}

/** What is not a verb. A script without options has no commander program: its purpose stands here. */
const SCRIPTS: (Usage & { name: string; command: () => Command })[] = [
  {
    name: 'stack',
    command: () =>
      new Command().description(
        'A database, Temporal and a capture relay in the foreground, until Ctrl-C. Every other command finds them.',
      ),
    effect: 'Keeps its data in .local/.',
    example: 'npm run stack',
  },
  {
    name: 'worker',
    command: () =>
      new Command().description(
        'Does the work of the runs of one ledger, the one that DATABASE_URL leads to, until Ctrl-C. Any number may run, on any machine.',
      ),
    effect: 'Expires passwords and sends mail, as the runs say. Writes the dot journal.',
    example: 'RELAY_LOG=/var/log/mail.log npm run worker',
  },
  {
    name: 'seed',
    command: seedCommand,
    effect:
      'Makes the tables of a made-up shop in an empty schema and fills them. Refuses a schema that holds anything.',
    example: 'npm run seed -- --customers 20000',
    exits: '2 also for a schema in use.',
  },
  {
    name: 'demo',
    command: demoCommand,
    effect: 'Works on parts of its own, and refuses a real relay and a schema that holds tables.',
    example: 'npm run demo -- --customers 1000000',
    exits: '0 the proof holds, 1 it does not, 2 wrong usage, 130 interrupted.',
  },
  {
    name: 'rehearse',
    command: rehearseCommand,
    effect: 'Works on parts of its own, and refuses to begin where a variable names a real one.',
    example: 'npm run rehearse',
    exits: '0 every scene held, 1 one did not, 2 wrong usage, 130 interrupted.',
  },
  {
    name: 'bench',
    command: benchCommand,
    effect:
      'Works on a Temporal, a relay and schemas of its own; the schemas are on the server of DATABASE_URL where it is set.',
    example: 'npm run bench',
    exits: '0 every floor is kept, 1 one is missed.',
  },
  {
    name: 'bench-evidence',
    command: evidenceCommand,
    effect:
      'Works on a log of its own, in TMPDIR: some 1,000 bytes for each message, which are removed at its end.',
    example: 'npm run bench-evidence -- --messages 24000000',
    exits: '0 each fault is found within 300 MB of memory, 1 not.',
  },
  {
    name: 'torture',
    command: tortureCommand,
    effect: 'Works on parts of its own.',
    example: 'npm run torture -- --customers 50000 --kills 25',
    exits: "0 everybody was told once, 1 not, by the relays' own logs.",
  },
  {
    name: 'test',
    command: () =>
      new Command().description(
        'Lint, types and every test; with paths only the tests below them. It sets up what it needs.',
      ),
    effect: 'Works on parts of its own.',
    example: 'npm test -- test/books',
  },
  {
    name: 'mutants',
    command: mutantsCommand,
    effect: 'Works on a copy of the project, and on parts of its own.',
    example: 'npm run mutants -- src/smtp I2',
    exits: '0 every fault was noticed, 1 one was not, 2 wrong usage, 130 interrupted.',
  },
  {
    name: 'stryker',
    command: () =>
      new Command()
        .description(
          'Stryker mutates the rules, the evidence, the guard and the parser of replies, and runs their tests; with files only those.',
        )
        .option('--schemas', 'the schemas of the incident file instead, with the tests of their limits')
        .option('--jest', "by Jest's own runner, twenty times as slow: to compare"),
    effect: 'Works on a copy of the project in .local/.',
    example: 'npm run stryker -- src/incident/breaker.ts',
    exits: '0 at least 85% were noticed, 1 fewer.',
  },
  {
    name: 'check',
    command: () => new Command().description('Lint, format and types.'),
    effect: 'Only reads.',
    example: 'npm run check',
  },
  {
    name: 'docs',
    command: () =>
      new Command().description('Writes docs/incident-file.md, docs/incident.schema.json and docs/verbs.md.'),
    effect: 'Writes these three files.',
    example: 'npm run docs',
  },
];

function scriptText({ name, command, ...usage }: (typeof SCRIPTS)[number]): string {
  return commandText(scriptOf(name), command(), usage);
}

function scriptOf(name: string): string {
  return name === 'test' ? 'npm test' : `npm run ${name}`;
}

function environmentTable(): string {
  const rows = ENVIRONMENT.map(
    ({ name, example, means, without, readBy }) =>
      `| \`${name}\` | \`${example}\` | ${cell(means)} | ${cell(without)} | ${READERS[readBy]} |`,
  );
  return ['| variable | such as | | without it | read by |', '|---|---|---|---|---|', ...rows].join('\n');
}

const READERS: Record<Variable['readBy'], string> = {
  everything: 'all',
  worker: 'workers',
  preview: '`preview`',
  audit: 'verbs that change something',
  stack: '`stack`, `demo`, tests',
};

function defaultWords(value: unknown): string {
  return value === undefined || value === false || value === true ? '' : ` (default: ${value})`;
}

function link(text: string, heading: string): string {
  return `[${text}](#${heading.replaceAll(' ', '-')})`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
