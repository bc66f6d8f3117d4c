import { parse } from 'yaml';
import { assemble, type Draft } from '../../src/company/draft';
import { proposalYaml } from '../../src/company/draft-yaml';
import { readYaml } from '../../src/incident/incident-yaml';

const zone = { question: 'Which time zone?', todo: 'Write its name.' };
const draft: Draft = {
  customers: {
    value: {
      table: 'a: b #c',
      key: '`',
      email: 'e\u0007mail',
      createdAt: { column: 'c', as: 'datetime', zone: '???' },
    },
    because: { table: 'sure: its\nname', createdAt: 'its type' },
    asks: [{ at: 'createdAt.zone', ...zone }],
    above: ['Two tables look like it.'],
  },
  retire: [
    {
      value: {
        table: 't',
        key: 'id',
        column: 'p',
        dead: '??? null',
        setAt: { column: 's', as: 'datetime', zone: '???' },
      },
      because: { dead: 'it fits' },
      asks: [
        { at: 'dead', question: 'Does the reset work?', todo: 'Try it.' },
        { at: 'setAt.zone', ...zone },
      ],
    },
  ],
  revoke: [{ value: { table: 's', key: 'k', where: "`a` = 'b\\\\c'", delete: 'rows' } }],
  stated: [],
  ignored: [],
  asks: [{ list: 'revoke', at: '', question: 'Is that all?', todo: 'Look.' }],
};

test('the section comes back as it is, with the comments in their places', () => {
  const proposal = assemble(draft);
  const text = proposalYaml(proposal);
  expect(parse(text)).toEqual({ database: proposal.section });
  expect(readYaml(text).losses).toEqual([]);
  expect(text.split('\n')).toEqual([
    'database:',
    '  # Two tables look like it.',
    '  customers:',
    '    # sure: its name',
    '    table: "a: b #c"',
    '    key: "`"',
    '    email: "e\\amail"',
    '    # QUESTION 1: Which time zone? (asked for 1 more place below)',
    '    #   Write its name.',
    '    createdAt: {column: c, as: datetime, zone: ??? (question 1)} # its type',
    '  retire:',
    '    - table: t',
    '      key: id',
    '      column: p',
    '      # it fits',
    '      # QUESTION 2: Does the reset work?',
    '      #   Try it.',
    '      dead: ??? (question 2) null',
    '      setAt: {column: s, as: datetime, zone: ??? (question 1)}',
    '  # QUESTION 3: Is that all?',
    '  #   Look.',
    '  revoke:',
    '    - table: s',
    '      key: k',
    '      where: "`a` = \'b\\\\\\\\c\'"',
    '      delete: rows',
    '  stated: []',
    '  ignored: []',
    '',
  ]);
});

test('one question is asked once for all its places, and is open if the parser refuses the file until it is answered', () => {
  expect(assemble(draft).questions).toEqual([
    { number: 1, ...zone, paths: ['customers.createdAt.zone', 'retire.0.setAt.zone'], open: true },
    { number: 2, question: 'Does the reset work?', todo: 'Try it.', paths: ['retire.0.dead'], open: true },
    { number: 3, question: 'Is that all?', todo: 'Look.', paths: ['revoke'], open: false },
  ]);
});
