import type { Mutant } from '../mutant';

const LOSSES = 'test/incident/yaml-losses.test.ts';
const ADDRESS = 'test/incident/mailable-address.test.ts';
const COPIED = 'test/incident/copied-example.test.ts';
const DRAFT = 'test/incident/draft-incident.test.ts';
const COMMANDS = 'test/incident/incident-commands.test.ts';

/** Of what a file says and YAML does not, of a copied example, of an address with what nobody sees. */
export const FILE_MUTANTS: Mutant[] = [
  {
    file: 'src/incident/mailable-address.ts',
    from: '\\p{Default_Ignorable_Code_Point}\\u2800\\uFFFC\\uFFFD]',
    to: '\\u2800\\uFFFC\\uFFFD]',
    fault: 'an address with an ignorable code point goes out',
    promise: 'C107',
    red: { [ADDRESS]: [' within an address, in its domain, in quotes'] },
  },
  {
    file: 'src/incident/mailable-address.ts',
    from: '  if (raw !== null && hadMark(raw, trimmed)) return unreadable(BYTE_ORDER_MARK);\n',
    to: '',
    fault: 'a byte order mark at the edge of an address goes without a word',
    promise: 'C107',
    red: { [ADDRESS]: [' at the edges, also beside white space'] },
  },
  {
    file: 'src/incident/mailable-address.ts',
    from: 'return codePoint === undefined ? skip : `${skip} ${codePoint}`;',
    to: 'return skip;',
    fault: 'nobody can see which character an address was skipped for',
    promise: 'C107',
    red: { [ADDRESS]: ['the first of several is named, in the ledger and in words'] },
  },
  {
    file: 'src/incident/yaml-losses.ts',
    from: '(isName(path, source) ? null : beside(text, to))',
    to: 'null',
    fault: 'a text that YAML cuts at a # goes to customers without its end',
    promise: 'C108',
    red: { [LOSSES]: ['in the file each stands at its line, with what to write'] },
  },
  {
    file: 'src/incident/yaml-losses.ts',
    from: ' ?? below(text, to, column)',
    to: '',
    fault: 'a line of a text that begins with a # is left out',
    promise: 'C108',
    red: { [LOSSES]: ['a line where the text would go on'] },
  },
  {
    file: 'src/incident/yaml-losses.ts',
    from: "  if (source === '') return swallowed(text, from);\n",
    to: '',
    fault: 'a text that is all comment is nothing, without a word',
    promise: 'C108',
    red: { [LOSSES]: ['a text of which nothing is left'] },
  },
  {
    file: 'src/incident/yaml-losses.ts',
    from: "  if (typeof value === 'number') return changed(value, source, from);\n",
    to: '',
    fault: 'a number that YAML changes is taken',
    promise: 'C108',
    red: { [LOSSES]: [', read as '] },
  },
  {
    file: 'src/incident/yaml-losses.ts',
    from: " && path.at(-1) !== 'dead'",
    to: '',
    fault: 'a dead value that YAML cuts is written into the passwords',
    promise: 'C108',
    red: { [LOSSES]: ['a word that is no name'] },
  },
  {
    file: 'src/incident/copied-example.ts',
    from: '  const facts = new Set(Object.values(example.texts).flatMap((texts) => factsOf(texts).map(normal)));\n',
    to: '  const facts = new Set(factsOf(example.texts.en!).map(normal));\n',
    fault: "another language's sentence of the example is not found",
    promise: 'C109',
    red: { [COPIED]: ["another language's sentence, pasted where nobody would look for it"] },
  },
  {
    file: 'src/incident/copied-example.ts',
    from: 'const known = isUntouched ? new Set(everySentence(example.texts[language]!)) : facts;',
    to: 'const known = facts;',
    fault: 'of a language that was left as it was only some sentences are told',
    promise: 'C109',
    red: { [COPIED]: ['one language left as it was: every sentence of it'] },
  },
  {
    file: 'src/incident/copied-example.ts',
    from: 'return PLACES.test(sentence) || (',
    to: 'return (',
    fault: "the place of the example's server may stand in a notice",
    promise: 'C109',
    red: { [COPIED]: ['a company of the example'] },
  },
  {
    file: 'src/incident/copied-example.ts',
    from: '(?:test|example|invalid|localhost|example\\.(?:com|net|org))',
    to: '(?:test|example)',
    fault: 'a link to example.com is taken',
    promise: 'C109',
    red: { [COPIED]: ['example.com'] },
  },
  {
    file: 'src/incident/check-texts.ts',
    from: '  if (!isFree || !text.includes(OPEN)) return [];\n',
    to: '  if (!isFree || text !== OPEN) return [];\n',
    fault: 'a text that is half filled, with ??? in it, goes to customers',
    promise: 'C109',
    red: { [DRAFT]: ['any one answer that is left open refuses it'] },
  },
  {
    file: 'src/incident/draft-incident.ts',
    from: '    openFacts(document, path);\n',
    to: '',
    fault: "a file of init has the example's facts in it",
    promise: 'C109',
    red: { [DRAFT]: ['filled, has nothing of the example that tells of its breach'] },
  },
  {
    file: 'src/incident/incident-commands.ts',
    from: "return options.includes(' --incident ') ? command : ",
    to: 'return ',
    fault: 'a command names the incident twice',
    promise: 'I7',
    red: { [COMMANDS]: ['said twice it is named once'] },
  },
  {
    file: 'src/incident/waiting-for.ts',
    from: 'what: withIncident(wait.what, run.incidentId)',
    to: 'what: wait.what',
    fault: 'what the run waits for names a command without its incident',
    promise: 'I7',
    red: { 'test/incident/waiting-for.test.ts': ['its commands name the incident'] },
  },
];
