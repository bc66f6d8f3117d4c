import { sep } from 'node:path';
import * as expectation from 'expect';
import * as circus from 'jest-circus';

export interface TestOutcome {
  name: string;
  milliseconds: number;
  /** Why it failed. */
  failure?: string;
}

export interface TestChoice {
  wanted(name: string): boolean;
  /** Told which test runs now, and undefined after it. */
  begun(name: string | undefined): void;
  /** The rest is left out once a test has failed. */
  bail: boolean;
}

/** What ends a hang is Stryker, which ends this process. */
const NEVER = 2 ** 31 - 1;

/** The tests of one file, loaded with all modules of the project anew. There is one at a time: jest-circus has one state a process. */
export class LoadedTests {
  constructor(root: string, file: string) {
    forgetModules(root);
    circus.resetState();
    circus.getState().testTimeout = NEVER;
    const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
    Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, it, test });
    Object.assign(globalThis, { expect: expectation.expect });
    require(file);
  }

  async run({ wanted, begun, bail }: TestChoice): Promise<TestOutcome[]> {
    const outcomes: TestOutcome[] = [];
    const watch: Parameters<typeof circus.addEventHandler>[0] = (event) => {
      if (event.name === 'test_start') {
        const isLeftOut =
          !wanted(nameOf(event.test)) || (bail && outcomes.some(({ failure }) => failure !== undefined));
        if (isLeftOut) event.test.mode = 'skip';
      } else if (event.name === 'test_started') begun(nameOf(event.test));
      else if (event.name === 'test_done') {
        begun(undefined);
        const { duration, errors } = event.test;
        const failure = errors.length > 0 ? errors.map(messageOf).join('\n') : undefined;
        outcomes.push({ name: nameOf(event.test), milliseconds: duration ?? 0, failure });
      }
    };
    circus.addEventHandler(watch);
    try {
      const { unhandledErrors } = await circus.run();
      if (unhandledErrors.length > 0) throw new Error(unhandledErrors.join('\n'));
      return outcomes;
    } finally {
      circus.removeEventHandler(watch);
    }
  }
}

function forgetModules(root: string): void {
  // It would keep each that was ever loaded.
  module.children = [];
  for (const file of Object.keys(require.cache))
    if (file.startsWith(root + sep) && !file.includes(`${sep}node_modules${sep}`)) delete require.cache[file];
}

/** As Jest has it: the names of the blocks around it, and its own. */
function nameOf({ name, parent }: { name: string; parent?: Block }): string {
  const names = [name];
  for (let block = parent; block?.parent; block = block.parent) names.unshift(block.name);
  return names.join(' ');
}

interface Block {
  name: string;
  parent?: Block;
}

/** An error comes with the one of the place where the test stands. */
function messageOf(error: unknown): string {
  const thrown: unknown = Array.isArray(error) ? error[0] : error;
  return thrown instanceof Error ? thrown.message : String(thrown);
}
