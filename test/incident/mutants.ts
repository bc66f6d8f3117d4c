import type { Mutant } from '../mutant';

export const MUTANTS: Mutant[] = [
  {
    file: 'src/incident/settle-step.ts',
    from: "  if (books.missing > 0) return { kind: 'rows-missing', count: books.missing };\n",
    to: '',
    fault: 'rows that the ledger has lost are not missed',
    promise: 'I2',
    red: {
      'test/incident/settle-step.test.ts': [
        'rows missing',
        'rows missing, and others to tell: nobody is told before that is looked into',
      ],
    },
  },
  {
    file: 'src/incident/older-holds.ts',
    from: "  ['Canary done:', 'canary-done'],\n",
    to: '',
    fault: 'resume of an older run after its canary means something else',
    promise: 'I2',
    red: {
      'test/books/migrate.test.ts': ['a run that held before holds had a kind keeps what resume means there'],
    },
  },
  {
    file: 'src/incident/greeting-name.ts',
    from: "  if (/[@/:．。｡․﹒]/.test(name) || LINK_WORD.test(name)) return 'link';\n",
    to: '',
    fault: 'a name that is a link stands in the greeting',
    promise: 'C21',
    red: { 'test/incident/greeting-name.test.ts': ['gets the neutral greeting'] },
  },
];
