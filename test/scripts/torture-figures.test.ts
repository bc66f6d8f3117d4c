import { brokenPromises, type TortureFigures } from '../../scripts/torture/figures';

const fine: TortureFigures = {
  customers: 100,
  kills: 5,
  seed: 1,
  acceptedByRelay: [70, 67],
  acceptedOnce: 97,
  acceptedTwiceOrMore: 0,
  neverAccepted: 0,
  remindedOnce: 40,
  remindedTwiceOrMore: 0,
  remindedAfterChoosing: 0,
  neverReminded: 0,
  inDoubtSeen: 12,
  inDoubtLeft: 0,
  inDoubtMaxPerKill: 8,
  killsMeasured: 4,
  killsAtWork: 1,
  oldPasswordsAlive: 0,
  passwordsClobbered: 0,
  auditBroken: false,
  closed: true,
  deeds: { amended: 1, aside: 2 },
  seconds: 60,
  killsByKind: {},
  examples: {},
};

test('every figure that breaks a promise is told, and only those', () => {
  expect(brokenPromises(fine)).toEqual([]);
  const broken: [keyof TortureFigures, TortureFigures[keyof TortureFigures]][] = [
    ['acceptedByRelay', [137, 0]],
    ['acceptedTwiceOrMore', 1],
    ['neverAccepted', 1],
    ['remindedOnce', 0],
    ['remindedTwiceOrMore', 1],
    ['remindedAfterChoosing', 1],
    ['neverReminded', 1],
    ['inDoubtLeft', 1],
    ['inDoubtMaxPerKill', 17],
    ['killsAtWork', 0],
    ['oldPasswordsAlive', 1],
    ['passwordsClobbered', 1],
    ['auditBroken', true],
    ['closed', false],
    ['acceptedOnce', 0],
  ];
  for (const [name, value] of broken) expect(brokenPromises({ ...fine, [name]: value })).toHaveLength(1);
});
