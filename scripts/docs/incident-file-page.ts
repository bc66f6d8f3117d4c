import { z } from 'zod';
import { incidentSchema } from '../../src/incident/incident-schema';
import { unwrapped } from '../../src/incident/schema-shape';
import { allFieldsBelow, type Field, fieldsBelow } from './fields';

/** docs/incident-file.md: every field of the incident file, in the file's order, as its schema describes it. */
export function incidentFilePage(): string {
  const groups = groupsOf(fieldsBelow('', incidentSchema));
  const shapes = shapesOf(allFieldsBelow('', incidentSchema));
  return [INTRODUCTION, ...groups.map(groupText), ...shapes.map(shapeText), ''].join('\n\n');
}

const INTRODUCTION = `# Every field of the incident file

*Made from \`src/incident/*-schema.ts\` by \`npm run docs\`: correct it there.*

An incident file is YAML in UTF-8, 524,288 bytes and 20,000 lines at most. [The example](../examples/zappos-2012/incident.yaml) is a
whole one, with comments, to be read; \`npm run cli -- init --languages en,de --laws gdpr --out my-incident.yaml\` writes one for your
languages and laws, with \`???\` wherever only you know what to write, and while one is left the file is refused. Nothing else may stand in it: an unknown key is refused, with its line and the
key that was probably meant. \`npm start -- FILE\` names every mistake at once, these and what no table can say: a link outside the From
domain, a placeholder that nothing fills, a law without words ([dry-run.md](dry-run.md)).

**Placeholders.** \`{name}\` may stand in the greeting alone, \`{email}\` anywhere but in subjects and in \`page\`; the others stand below,
each beside its fact. Braces have no other use.

**Comments** stand on lines of their own, as far left as what they are about. On the line of a value one may stand where nothing can be
lost with it: after a key with a section below, after quotes, a closing bracket, a number, \`true\`, \`false\` or \`null\`, and in
\`database\` after the name of a table, column or zone. After any other text YAML would take what follows a space and a \`#\` for a
comment (\`- your customer # and your phone number\`): that is refused, by its line; put such a text in quotes.

**Numbers** are written in plain digits. One that YAML reads as another than it is written (\`0800123\`, \`007\`, \`0x1F\`, \`1.10\`, \`1e3\`, more
than 15 digits) is refused; where it is a text, such as a telephone number, put it in quotes. Dates, times and \`no\` are texts as they stand.

**Copied from the example.** The dry run names each sentence that still tells of the example's breach, by language and line, whatever
language it stands in: what happened, what is done about it, the lists of what was seen, the place and the name. Of a language that nobody has
touched it names every sentence. So it does with domains that nobody can have (\`.test\`, \`.example\`, \`example.com\`). They stop the
start. Only the example itself, under its own title and sender, may run: as an exercise, against the stack's relay, which keeps what it
takes. What was the same in your case say in your own words.

**Your editor** can check the file while you write. The example's first line names [the JSON Schema](incident.schema.json), by a path from
where the file lies:

\`\`\`yaml
# yaml-language-server: $schema=../../docs/incident.schema.json
\`\`\`

VS Code (extension YAML), Neovim, Emacs and whatever else uses yaml-language-server read that line; where your copy lies elsewhere,
change the path or write a whole one, such as \`$schema=/opt/breach-response/docs/incident.schema.json\`. In a JetBrains editor choose the
schema at the right end of the status bar. The schema refuses nothing that the program takes; the program refuses more.`;

/** Values side by side share one table; each section has its own. */
function groupsOf(fields: Field[]): Field[][] {
  const groups: Field[][] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if (last && isValue(field) && isValue(last[0]!)) last.push(field);
    else groups.push([field]);
  }
  return groups;
}

function groupText(group: Field[]): string {
  const [first] = group as [Field];
  if (isValue(first)) return `## ${group.map(({ path }) => code(path)).join(', ')}\n\n${table(group)}`;
  const parts = fieldsBelow(first.path, first.schema);
  // A section of sections, such as database: one table each.
  if (parts.every((part) => !isValue(part)))
    return [`## ${code(first.path)}\n\n${opening(first)}`, ...parts.map((part) => partText(part))].join(
      '\n\n',
    );
  return `## ${code(first.path)}\n\n${opening(first)}\n\n${table(allFieldsBelow(first.path, first.schema))}`;
}

function partText(part: Field): string {
  return `### ${code(part.path)}\n\n${opening(part)}\n\n${table(allFieldsBelow(part.path, part.schema))}`;
}

function opening(field: Field): string {
  const { means, required, without } = field;
  if (required) return `${means} Required.`;
  return without === '' ? `${means} May be left out.` : `${means} May be left out: ${small(without)}`;
}

/** Of a shape the biggest, which is the last. */
function shapesOf(fields: Field[]): Field[] {
  const byHeading = new Map(fields.flatMap((field) => (field.shape ? [[field.shape.heading, field]] : [])));
  return [...byHeading.values()];
}

function shapeText({ schema, shape }: Field): string {
  const { heading, means } = shape!;
  return `## ${heading}\n\n${means}\n\n${table(allFieldsBelow('', unwrapped(schema)))}`;
}

function table(fields: Field[]): string {
  const rows = fields.map(
    (field) => `| ${[code(field.path), writeCell(field), leftOut(field), meansCell(field)].join(' | ')} |`,
  );
  return ['| field | write | left out | what it is |', '|---|---|---|---|', ...rows].join('\n');
}

function writeCell({ write, shape }: Field): string {
  return cell(shape === null ? write : `${write}: [${shape.heading}](#${anchor(shape.heading)})`);
}

function leftOut(field: Field): string {
  const { required, without } = field;
  if (required) return '**required**';
  const standing = isEmpty(field.default) ? '' : code(JSON.stringify(field.default).replaceAll('"', ''));
  return cell([standing, without].filter(Boolean).join(': ')) || 'may be';
}

/** What says nothing that `without` does not say better. */
function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function meansCell({ means, examples }: Field): string {
  const shown = examples.map((example) =>
    code(typeof example === 'string' ? example : JSON.stringify(example)),
  );
  return cell(shown.length === 0 ? means : `${means} Such as ${shown.join(', ')}.`);
}

function isValue({ schema }: Field): boolean {
  const inner = unwrapped(schema);
  return !(inner instanceof z.ZodObject || inner instanceof z.ZodRecord || isListOfSections(inner));
}

function isListOfSections(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodArray && unwrapped(schema.element as z.core.$ZodType) instanceof z.ZodObject;
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}

function small(sentence: string): string {
  return /^[A-Z][a-z]/.test(sentence) ? sentence[0]!.toLowerCase() + sentence.slice(1) : sentence;
}
