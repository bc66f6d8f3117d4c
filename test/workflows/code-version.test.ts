import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHANGES, CODE, codeInMemo, olderThan } from '../../src/workflows/code-version';
import { filesBelow, root } from '../imports';

/** As they stand in the code: by name, or by a constant of such a name. */
const marked = filesBelow(join(root, 'src', 'workflows'))
  .map((file) => readFileSync(file, 'utf8'))
  .flatMap((text) => [
    ...[...text.matchAll(/patched\('([^']+)'\)/g)].map(([, name]) => name!),
    ...[...text.matchAll(/export const \w+ = '([a-z-]+)';/g)].map(([, name]) => name!),
  ]);

test('every change that a history names counts, so that older code knows that it is older (C50)', () => {
  expect([...new Set(marked)].filter((name) => !/^[a-z]+$/.test(name) || name === 'recount').sort()).toEqual(
    [...CHANGES].sort(),
  );
  expect(CODE).toBe(CHANGES.length);
});

test('code that is newer than the run goes on with it, older code does not', () => {
  expect([olderThan(null), olderThan(CODE), olderThan(CODE - 1)]).toEqual([null, null, null]);
  expect(olderThan(CODE + 1)).toContain('newer workflow code');
  expect([codeInMemo({ code: 7 }), codeInMemo({ code: 'x' }), codeInMemo(undefined)]).toEqual([
    7,
    null,
    null,
  ]);
});
