import { execFileSync } from 'node:child_process';
import { basename, dirname, join, relative } from 'node:path';
import type { InstrumenterContext, StrykerOptions } from '@stryker-mutator/api/core';
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { LoadedTests } from './loaded-tests';

/**
 * Runs the tests of the pure rooms for Stryker in its own process: the same files as Jest, by Jest's own test functions (jest-circus),
 * without a world of its own for each file. Of receiver-run.ts it gave the same verdict on each change, in a twentieth of the time.
 * For each change all modules of the project are loaded anew: what one change has left in a memory would help to notice the next.
 */
export class InProcessRunner implements TestRunner {
  static inject = ['options'] as const;
  private readonly root = process.cwd();
  private readonly stryker: InstrumenterContext;
  private readonly listed = new Map<string, string[]>();

  constructor(private readonly options: StrykerOptions) {
    const world = globalThis as { __stryker__?: InstrumenterContext };
    world.__stryker__ ??= {};
    this.stryker = world.__stryker__;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun({ files, coverageAnalysis }: DryRunOptions): Promise<DryRunResult> {
    if (coverageAnalysis !== 'perTest')
      return { status: DryRunStatus.Error, errorMessage: "coverageAnalysis must be 'perTest'" };
    this.activate(undefined);
    this.stryker.mutantCoverage = { static: {}, perTest: {} };
    const tests: TestResult[] = [];
    for (const file of this.testFiles(files)) {
      const loaded = new LoadedTests(this.root, file);
      tests.push(...(await this.run(loaded, file)));
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage: this.stryker.mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, mutantActivation, testFilter, hitLimit, disableBail, sandboxFileName } = options;
    this.stryker.mutantCoverage = undefined;
    const wanted = testFilter && new Set(testFilter);
    const files = wanted
      ? [...new Set([...wanted].map((id) => join(this.root, id.split(BEHIND_FILE, 1)[0]!)))]
      : this.testFiles([sandboxFileName]);
    // They notice most, and the others need not run then.
    const own = `${basename(sandboxFileName, '.ts')}.test.ts`;
    const ownFirst = [...files].sort((a, b) => Number(basename(b) === own) - Number(basename(a) === own));
    const tests: TestResult[] = [];
    try {
      for (const file of ownFirst) {
        this.activate(mutantActivation === 'static' ? activeMutant.id : undefined, hitLimit);
        const loaded = new LoadedTests(this.root, file);
        this.activate(activeMutant.id, hitLimit);
        tests.push(...(await this.run(loaded, file, wanted, !disableBail)));
        const endless = determineHitLimitReached(this.stryker.hitCount, hitLimit);
        if (endless) return toMutantRunResult(endless);
        if (!disableBail && tests.some(({ status }) => status === TestStatus.Failed)) break;
      }
    } catch (error) {
      return toMutantRunResult({ status: DryRunStatus.Error, errorMessage: `${(error as Error).stack}` });
    } finally {
      this.activate(undefined);
    }
    return toMutantRunResult({ status: DryRunStatus.Complete, tests }, disableBail);
  }

  private activate(mutant: string | undefined, hitLimit?: number) {
    this.stryker.activeMutant = mutant;
    this.stryker.hitLimit = hitLimit;
    this.stryker.hitCount = mutant !== undefined && hitLimit !== undefined ? 0 : undefined;
  }

  private async run(loaded: LoadedTests, file: string, wanted?: Set<string>, bail = false) {
    const idOf = (name: string) => `${relative(this.root, file)}${BEHIND_FILE}${name}`;
    const results = await loaded.run({
      wanted: (name) => wanted === undefined || wanted.has(idOf(name)),
      begun: (name) => {
        this.stryker.currentTestId = name && idOf(name);
      },
      bail,
    });
    return results.map(({ name, milliseconds, failure }): TestResult => {
      const test = { id: idOf(name), name, fileName: file, timeSpentMs: milliseconds };
      return failure === undefined
        ? { ...test, status: TestStatus.Success }
        : { ...test, status: TestStatus.Failed, failureMessage: failure };
    });
  }

  /** Those that Jest would run for these files, by its own word; asked once. */
  private testFiles(changed: string[] = []): string[] {
    const { configFile, config, enableFindRelatedTests } = this.options.jest as JestOptions;
    const related = enableFindRelatedTests ? ['--findRelatedTests', ...changed] : [];
    const known = this.listed.get(related.join());
    if (known !== undefined) return known;
    const rules = { ...require(join(this.root, configFile)), ...config, rootDir: this.root };
    const jest = join(dirname(require.resolve('jest/package.json')), 'bin', 'jest.js');
    const args = [jest, '--config', JSON.stringify(rules), '--listTests', ...related];
    const told = execFileSync(process.execPath, args, { cwd: this.root, encoding: 'utf8' });
    const files = told.split('\n').filter((line) => line !== '');
    this.listed.set(related.join(), files.sort());
    return files;
  }
}

/** What stryker.config.mjs says to both runners. */
interface JestOptions {
  configFile: string;
  config?: Record<string, unknown>;
  enableFindRelatedTests: boolean;
}

/** Between a test's file and its name. */
const BEHIND_FILE = ': ';
