import { approvalsLeft, approvalsLeftWords, refuseApprover } from '../../src/incident/approval-rule';

const ANN = 'ann@build1';
const standing = (people: number, ...approvers: string[]) => ({ people, starter: ANN, approvers });

test.each([
  ['one person: whoever', standing(1), ANN, null],
  ['one person: also nobody that Temporal knows', standing(1), null, null],
  ['two: another', standing(2), 'bob@build1', null],
  ['two: the starter', standing(2), ANN, 'ann@build1 started the incident'],
  ['two: nobody that Temporal knows', standing(2), null, 'Temporal does not say who sent it'],
  ['three: a second', standing(3, 'bob@build1'), 'eve@build1', null],
  ['three: the same again', standing(3, 'bob@build1'), 'bob@build1', 'bob@build1 has approved already'],
  ['three: the starter', standing(3, 'bob@build1'), ANN, 'ann@build1 started the incident'],
])('whose approval counts, %s', (_, approvers, login, refused) => {
  const words = refuseApprover(login, approvers);
  if (refused === null) expect(words).toBeNull();
  else expect(words).toContain(refused);
});

test.each([
  [standing(1), 1, null],
  [standing(2), 1, '1 person must approve, by another login than ann@build1, who started it.'],
  [standing(2, 'bob'), 0, null],
  [standing(3), 2, '2 people must approve, by another login than ann@build1, who started it.'],
  [
    standing(3, 'bob'),
    1,
    '1 person must approve, by another login than ann@build1, who started it, and bob, who has approved.',
  ],
  [standing(3, 'bob', 'eve'), 0, null],
])('who is missing: %j', (approvers, left, words) => {
  expect([approvalsLeft(approvers), approvalsLeftWords(approvers)]).toEqual([left, words]);
});
