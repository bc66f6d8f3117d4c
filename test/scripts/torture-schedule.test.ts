import { parseRule } from '../../scripts/relay/rules';
import { schedule } from '../../scripts/torture/schedule';

test('the same seed gives the same schedule, another one another', () => {
  expect(schedule({ kills: 30, seed: 7 })).toEqual(schedule({ kills: 30, seed: 7 }));
  expect(schedule({ kills: 30, seed: 7 })).not.toEqual(schedule({ kills: 30, seed: 8 }));
});

test.each([0, 1, 25, 500])('%i kills are so many ends of processes, in the order of the work', (kills) => {
  const steps = schedule({ kills, seed: 3 });
  expect(steps.filter(({ deed }) => deed.kind === 'kill' || deed.kind === 'end')).toHaveLength(kills);
  expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).sort((a, b) => a - b));
  expect(steps.every(({ at }) => at > 0 && at < 3)).toBe(true);
});

test('a long schedule has everything in it, and every misbehaviour is a rule that the relay takes', () => {
  const deeds = schedule({ kills: 500, seed: 1 }).map(({ deed }) => deed);
  const killed = deeds.flatMap((deed) => (deed.kind === 'kill' ? deed.part : []));
  expect(new Set(killed)).toEqual(
    new Set(['worker-1', 'worker-2', 'database', 'temporal', 'relay', 'relay-2']),
  );
  expect(new Set(deeds.map(({ kind }) => kind))).toEqual(
    new Set(['kill', 'end', 'freeze', 'storm', 'misbehave', 'receiver', 'aside', 'amend']),
  );
  expect(deeds.some((deed) => deed.kind === 'freeze' && deed.seconds > 60)).toBe(true);
  const rules = deeds.flatMap((deed) => ('rule' in deed ? [deed.rule] : []));
  for (const rule of rules) expect(parseRule(rule)).toMatchObject({ at: rule.at });
});
