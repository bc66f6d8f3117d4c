import { readFileSync, writeFileSync } from 'node:fs';
import { typeCommand } from '../stack/type-command';
import type { Command } from './scene';
import type { Stage } from './stage';

/** `npm run cli -- VERB ...`, with the incident's id: in a wrong terminal it then reaches no real run. */
export function cli(...args: string[]) {
  return (stage: Stage): Command => {
    const all = args.includes(stage.file) ? args : [...args, '--incident', stage.incidentId];
    return {
      words: `npm run cli -- ${all.map(quoted).join(' ')}`,
      run: () => typeCommand('cli', all, stage.parts.env),
    };
  };
}

/** `npm start -- FILE ...` */
export function start(...args: string[]) {
  return (stage: Stage): Command => ({
    words: `npm start -- ${[stage.file, ...args].map(quoted).join(' ')}`,
    run: () => typeCommand('start', [stage.file, ...args], stage.parts.env),
  });
}

/** `npm run worker`, which stays: in a terminal of its own, or under a service manager. */
export function worker(stage: Stage): Command {
  return {
    words: 'npm run worker',
    run: async () => {
      await stage.parts.begin('worker-1');
      return { code: 0, output: '(it works; its log is worker-1.log beside the incident file)' };
    },
  };
}

/** An editor. */
export function edit([right, wrong]: readonly [right: string, wrong: string]) {
  return ({ file }: Stage): Command => ({
    words: `vi ${file}    (where it says  ${wrong}  write  ${right})`,
    run: async () => {
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(wrong, right));
      return { code: 0, output: `(${file} is corrected)` };
    },
  });
}

/** Whether the file says it right. */
export function isCorrected([, wrong]: readonly [right: string, wrong: string]) {
  return async ({ file }: Stage): Promise<boolean> => !readFileSync(file, 'utf8').includes(wrong);
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `"${arg}"`;
}
