import {
  type BooksCounted,
  booksProblems,
  cancelledWords,
  isUnderWay,
  problemWords,
} from '../../src/incident/books-problems';

const whole: BooksCounted = { cohort: 10, notices: { sent: 10 }, missing: 0, strangers: 0, early: 0 };

test('terminal states that make up the cohort are no problem (I1)', () => {
  const notices = { sent: 5, failed: 2, skipped: 2, left: 1 };
  expect(booksProblems({ ...whole, notices })).toEqual([]);
});

test.each<[string, Partial<BooksCounted>, string]>([
  ['missing', { notices: { sent: 7 }, missing: 3 }, 'npm run cli -- reconcile'],
  ['sending', { notices: { sent: 9, sending: 1 } }, 'wait'],
  ['released', { notices: { sent: 9, released: 1 } }, 'npm run cli -- resume'],
  ['deferred', { notices: { sent: 9, deferred: 1 } }, 'retry.forHours'],
  ['in_doubt', { notices: { sent: 9, in_doubt: 1 } }, 'npm run cli -- settle'],
  ['stranger', { strangers: 1 }, 'keep the database as it is'],
  ['early', { early: 1 }, 'keep the database as it is'],
  ['sum', { notices: { sent: 9 } }, 'keep the database as it is'],
  ['sum', { notices: { sent: 11 } }, 'keep the database as it is'],
])('%s keeps the incident from closing, with what to do', (kind, change, todo) => {
  const problems = booksProblems({ ...whole, ...change });
  expect(problems.map((problem) => problem.kind)).toEqual([kind]);
  expect(problems[0]!.todo).toContain(todo);
});

test('each is told with its number', () => {
  const [problem] = booksProblems({ ...whole, cohort: 24_000_000, notices: {}, missing: 24_000_000 });
  expect(problemWords(problem!)).toMatch(/^24,000,000 of the cohort have no notice yet \(I1\): wait/);
});

test('of a cancelled run nothing is to be waited for, and what may never happen stays what it is', () => {
  const notices = { sending: 1, released: 1, deferred: 1, in_doubt: 1 };
  const problems = booksProblems({ ...whole, notices, missing: 6, strangers: 1, early: 1 });
  const words = problems.map((problem) => [problem.kind, isUnderWay(problem.kind), cancelledWords(problem)]);
  for (const [kind, underWay, told] of words)
    expect([kind, told]).toEqual([
      kind,
      underWay
        ? expect.stringMatching(
            /^\d (?!.*(wait|yet)).* the run was cancelled and tells nobody any more\. .*--unreached/,
          )
        : expect.stringMatching(/keep the database as it is/),
    ]);
  expect(words.map(([kind, underWay]) => underWay && kind).filter(Boolean)).toEqual([
    ...['missing', 'sending', 'released', 'deferred', 'in_doubt'],
  ]);
  expect(cancelledWords({ ...problems[0]!, wave: 'notice' })).not.toContain('reminder');
  expect(cancelledWords({ ...problems[0]!, wave: 'reminder' })).toContain(
    'never told (I1) (in the reminder wave)',
  );
});
