import type { Mutant } from '../mutant';

const CHAIN = 'test/books/audit-chain.test.ts';
const IN_HASH = 'each field of an entry is in its hash';
const ENTRY_CHANGED = 'an entry that says something else by now is named';

export const AUDIT_MUTANTS: Mutant[] = [
  {
    file: 'src/books/audit.ts',
    from: '[String(row.incident), String(row.seq),',
    to: '[String(row.seq),',
    fault: "the hash leaves out whose incident's entry it is",
    promise: 'I6',
    red: { [CHAIN]: [IN_HASH, "another incident's entries do not pass"] },
  },
  {
    file: 'src/books/audit.ts',
    from: '[String(row.incident), String(row.seq),',
    to: '[String(row.incident),',
    fault: 'the hash leaves out the number of the entry',
    promise: 'I6',
    red: { [CHAIN]: [IN_HASH] },
  },
  {
    file: 'src/books/audit.ts',
    from: 'row.at, row.who, row.action, row.detail]',
    to: 'row.who, row.action, row.detail]',
    fault: 'the hash leaves out when',
    promise: 'I6',
    red: { [CHAIN]: [IN_HASH, ENTRY_CHANGED] },
  },
  {
    file: 'src/books/audit.ts',
    from: 'row.at, row.who, row.action, row.detail]',
    to: 'row.at, row.action, row.detail]',
    fault: 'the hash leaves out who',
    promise: 'I6',
    red: { [CHAIN]: [IN_HASH, ENTRY_CHANGED] },
  },
  {
    file: 'src/books/audit.ts',
    from: 'row.at, row.who, row.action, row.detail]',
    to: 'row.at, row.who, row.detail]',
    fault: 'the hash leaves out what was done',
    promise: 'I6',
    red: { [CHAIN]: [IN_HASH, ENTRY_CHANGED] },
  },
  {
    file: 'src/books/audit.ts',
    from: 'row.at, row.who, row.action, row.detail]',
    to: 'row.at, row.who, row.action]',
    fault: 'the hash leaves out the details',
    promise: 'I6',
    red: { [CHAIN]: [IN_HASH, ENTRY_CHANGED] },
  },
  {
    file: 'src/books/audit.ts',
    from: "createHash('sha256').update(row.prev_hash);",
    to: "createHash('sha256');",
    fault: 'the hash leaves out the entry before',
    promise: 'I6',
    red: { [CHAIN]: [IN_HASH, 'who rewrites an entry with a hash that fits'] },
  },
  {
    file: 'src/books/audit.ts',
    from: 'hash.update(`${bytes.length}:`).update(bytes);',
    to: 'hash.update(bytes);',
    fault: 'in the hash one field runs into the next',
    promise: 'I6',
    red: { [CHAIN]: [IN_HASH] },
  },
  {
    file: 'src/books/audit.ts',
    from: '    if (!entry.prev_hash.equals(before)) return `entry ${entry.seq} does not follow from the entry before it`;\n',
    to: '',
    fault: 'an entry need not follow from the one before it',
    promise: 'I6',
    red: { [CHAIN]: ['who rewrites an entry with a hash that fits'] },
  },
];
