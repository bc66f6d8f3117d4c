import { type DotCheckParts, dotChecks } from '../../src/activities/dot-checks';
import type { DotQuestion } from '../../src/smtp/outcome';

const question = { message: { key: '10' }, session: 0 } as DotQuestion<string>;

/** Each part objects in its own words where it is named, and notes that it was asked. */
function parts(objecting: readonly string[], asked: string[] = []): DotCheckParts {
  const answer = (check: string) => {
    asked.push(check);
    return objecting.includes(check) ? `${check} objects` : null;
  };
  const nothing = () => undefined;
  return {
    lease: { objection: () => answer('lease') },
    sessions: { isParted: () => answer('sessions') !== null },
    gate: { objection: () => answer('gate'), stop: nothing },
    relay: { objection: () => answer('relay') },
    clock: { told: () => answer('slice') !== null },
    receivers: { objection: () => answer('receiver') },
    choices: { objection: () => answer('choices'), stop: nothing, answered: nothing },
    guard: { objection: () => answer('guard') },
    dots: { objection: () => answer('journal'), answered: nothing, unwritten: () => null },
  };
}

const ORDER = ['lease', 'sessions', 'gate', 'relay', 'slice', 'receiver', 'choices', 'guard', 'journal'];

test('where nothing objects a dot may go out, and everything was asked, the journal last', () => {
  const asked: string[] = [];
  expect(dotChecks(parts([], asked))(question)).toBeNull();
  expect(asked).toEqual(ORDER);
});

// What the journal has written may have been dotted, so it must not be asked for a dot that another check forbids (I2).
test.each(ORDER)('the check that says no is named, and nothing after it is asked: %s', (check) => {
  const asked: string[] = [];
  const objecting = ORDER.slice(ORDER.indexOf(check));
  const objection = dotChecks(parts(objecting, asked))(question);
  const words: Record<string, string> = {
    slice: 'the slice was told to stop',
    sessions: "the lane's sessions may be somebody else's by now",
  };
  expect(objection).toEqual({ check, reason: words[check] ?? `${check} objects` });
  expect(asked).toEqual(ORDER.slice(0, ORDER.indexOf(check) + 1));
});

test('of a notice nobody asks who has chosen', () => {
  expect(dotChecks({ ...parts(['choices']), choices: null })(question)).toBeNull();
});
