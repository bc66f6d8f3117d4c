import type { Stage } from './stage';

/** One thing that goes wrong in a night, and what the operator does about it. */
export interface Scene {
  /** As in `--scene NAME`; a domain of the made-up customers bears it, too. */
  name: string;
  title: string;
  customers: number;
  /** Where the run stands when the first act begins. */
  begins: 'before the start' | 'at the canary' | 'amid the notices';
  /** How the incident file differs from that of the other scenes: fields by their path, such as `pace.perSecond`. */
  settings?: Readonly<Record<string, unknown>>;
  /** A mistake in the file: what should stand there, and what does. */
  mistake?: readonly [right: string, wrong: string];
  /** Before anybody is told: how the relay will misbehave. */
  prepare?(stage: Stage): Promise<unknown>;
  acts: readonly Act[];
  /** What else must be so at the end. @returns null, or what is wrong. */
  check?(stage: Stage): Promise<string | null>;
}

export type Act =
  /** Somebody else or something does this. */
  | { kind: 'happens'; words: string; deed?(stage: Stage): Promise<unknown> }
  /** The operator looks; the output must show it. */
  | { kind: 'look'; at: string; command(stage: Stage): Command; shows: RegExp }
  /** The operator does something; the books (or the file) show when it is done, wherever it was typed. */
  | {
      kind: 'type';
      why: string;
      command(stage: Stage): Command | Promise<Command>;
      done(stage: Stage): Promise<boolean>;
    };

export interface Command {
  /** As it is typed. */
  words: string;
  run(): Promise<{ code: number | null; output: string }>;
}
