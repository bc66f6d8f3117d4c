import type { Mutant } from '../mutant';

const AMEND = 'test/activities/amend-run.test.ts';
const MAILBOXES = 'test/activities/canary-mailboxes.test.ts';

export const AMEND_MUTANTS: Mutant[] = [
  {
    file: 'src/activities/amend-run.ts',
    from: '  await notices();\n',
    to: '',
    fault: 'the wrong worker beside a right one refuses an amendment for good',
    promise: 'C50',
    red: { [AMEND]: ['a worker that could not send the words of now either'] },
  },
  {
    file: 'src/activities/run-context.ts',
    from: 'if (before?.inEffect === inEffect) return before.context;',
    to: 'if (before) return before.context;',
    fault: 'a worker never learns of an amendment',
    promise: 'C103',
    red: { [AMEND]: ['a worker reads the file anew'] },
  },
  {
    file: 'src/activities/run-context.ts',
    from: '(await before?.context.catch(() => null))?.acknowledged ?? { last: null }',
    to: '{ last: null }',
    fault: 'after an amendment a worker does not notice that its last claim is lost',
    promise: 'C103',
    red: { [AMEND]: ['a worker reads the file anew'] },
  },
  {
    file: 'src/activities/watches.ts',
    from: "return rows[0].version === version ? null : 'the file was amended';",
    to: 'return null;',
    fault: 'a worker that froze sends old words once the gate is open again',
    promise: 'C103',
    red: { [AMEND]: ['no dot of an older version goes out'] },
  },
  {
    file: 'src/activities/amend-run.ts',
    from: 'if (contentHash === proposal.content_hash) return null;',
    to: 'if (contentHash !== "") return null;',
    fault: 'words come into effect that no worker can send',
    promise: 'C103',
    red: { [AMEND]: ['words that no worker of this version'] },
  },
  {
    file: 'src/activities/lane-senders.ts',
    from: ' && known.relay === usage(file.relay);',
    to: ';',
    fault: 'sessions from before an amendment go on as the old file wanted them',
    promise: 'C103',
    red: { 'test/activities/lane-senders.test.ts': ['once the file uses the relay otherwise'] },
  },
  {
    file: 'src/books/mailboxes.ts',
    from: 'mailboxes.filter((mailbox) => !seenBy.has(mailbox))',
    to: 'mailboxes',
    fault: 'a new mailbox has all others mailed again',
    promise: 'C103',
    red: { [MAILBOXES]: ['after an amendment a new mailbox'] },
  },
  {
    file: 'src/books/mailboxes.ts',
    from: 'const begun = versions.findLastIndex((seen) => !isSame(seen)) + 1;',
    to: 'const begun = 0;',
    fault: 'amended words reach no mailbox, since the old ones did',
    promise: 'C103',
    red: { [MAILBOXES]: ['after an amendment a new mailbox'] },
  },
];
