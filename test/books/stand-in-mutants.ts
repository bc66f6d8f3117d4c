import type { Mutant } from '../mutant';

/** Of what travels in place of a key, and of errors that quote one (C93). */
export const STAND_IN_MUTANTS: Mutant[] = [
  {
    file: 'src/books/stand-ins.ts',
    from: 'isNameless(company.keyColumn, customerId) ? customerId : standIn(messageKey, customerId)',
    to: 'customerId',
    fault: 'an address that is the key of its customer leaves the database',
    promise: 'C93',
    red: { 'test/books/stand-ins.test.ts': ['an address', 'a login name'] },
  },
  {
    file: 'src/books/stand-ins.ts',
    from: 'for (const walked of [cohortKeys, customerKeys]) {',
    to: 'for (const walked of [customerKeys]) {',
    fault: 'whom a journal names by a MAC and the company has deleted is not found in the cohort',
    promise: 'I2',
    red: { 'test/books/stand-ins.test.ts': ['cohort'] },
  },
  {
    file: 'src/books/stand-ins.ts',
    from: 'for (const walked of [cohortKeys, customerKeys]) {',
    to: 'for (const walked of [cohortKeys]) {',
    fault: 'a run whose server lost some commits cannot go on with its expiry',
    promise: 'I1',
    red: { 'test/books/stand-ins.test.ts': ['table of the customers'] },
  },
  {
    file: 'src/books/stand-ins.ts',
    from: '    if (rows.length < PAGE) return;\n',
    to: '    return;\n',
    fault: 'a key is looked for among the first customers only',
    promise: 'I2',
    red: { 'test/books/stand-ins.test.ts': ['table of the customers'] },
  },
  {
    file: 'src/books/stand-ins.ts',
    from: 'if (STAND_IN.test(customerId)) sought',
    to: 'if (customerId.startsWith(MARK)) sought',
    fault: 'a key that begins with the mark of a MAC, in a run of an older version, is not its own',
    promise: 'I2',
    red: { 'test/books/stand-ins.test.ts': ['a key that a run of an older version has told'] },
  },
  {
    file: 'src/company/key-column.ts',
    from: "kind === 'text' ? id : textIn(Buffer.from(id, 'hex'));",
    to: "kind === 'text' ? id : null;",
    fault: 'an address that a column of octets holds counts as a digest where it is as long as one',
    promise: 'C93',
    red: { 'test/books/stand-ins.test.ts': ['an address of 16 octets', 'an address filled up to 20 octets'] },
  },
  {
    file: 'src/operator/told-error.ts',
    from: '  if (ABOUT_NAMES.has(errno)) return sqlMessage;\n',
    to: '  return sqlMessage;\n',
    fault: "a command that fails shows what the database's refusal quotes of a customer",
    promise: 'C93',
    red: { 'test/operator/told-error.test.ts': ['ER_DUP_ENTRY', 'ER_OF_THE_FUTURE'] },
  },
];
