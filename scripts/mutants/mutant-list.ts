import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../src/operator/parts/this-machine';
import type { Mutant } from '../../test/mutant';
import { type Random, wholeFrom } from '../seed/random';

/** Every `mutants.ts` beside the tests. */
export function everyMutant(): Mutant[] {
  const tests = join(projectFolder, 'test');
  return readdirSync(tests)
    .map((room) => join(tests, room, 'mutants.ts'))
    .filter((file) => existsSync(file))
    .flatMap((file) => require(file).MUTANTS as Mutant[]);
}

/** Those of which every word is in the file, the fault, the promise or the tests, whatever the case. */
export function mutantsWith(words: string[], mutants: Mutant[]): Mutant[] {
  return mutants.filter(({ file, fault, promise, red }) => {
    const text = [file, fault, promise, ...Object.keys(red)].join('\n').toLowerCase();
    return words.every((word) => text.includes(word.toLowerCase()));
  });
}

/** As many as are wanted, each at most once. */
export function draw(wanted: number, mutants: Mutant[], random: Random): Mutant[] {
  const left = [...mutants];
  const drawn: Mutant[] = [];
  while (drawn.length < wanted && left.length > 0)
    drawn.push(...left.splice(wholeFrom(0, left.length, random), 1));
  return drawn;
}

/** Null, or why this mutant cannot be planted or judged. */
export function misfit({ file, from, to, red }: Mutant): string | null {
  const text = textOf(file);
  if (text === null) return `there is no ${file}`;
  const times = text.split(from).length - 1;
  if (times !== 1) return `'from' stands ${times} times in ${file}, not once`;
  if (from === to) return "'to' is the same as 'from'";
  if (Object.values(red).flat().length === 0) return 'no test is named';
  for (const [test, names] of Object.entries(red)) {
    const tests = textOf(test)?.replaceAll(/\\(['"`])/g, '$1');
    if (tests === undefined) return `there is no ${test}`;
    const missing = names.find((name) => !tests.includes(name));
    if (missing !== undefined) return `no test in ${test} is called '${missing}'`;
  }
  return null;
}

function textOf(file: string): string | null {
  const path = join(projectFolder, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
