import { Presets, SingleBar } from 'cli-progress';
import { number } from '../../src/operator/words';

/** How far one step is. */
export interface Step {
  name: string;
  done: number;
  total: number;
  /** Seen; 0: not known. */
  perSecond: number;
  etaSeconds: number | null;
  /** Counts, in a few words. */
  note?: string;
}

export interface Progress {
  show(step: Step): void;
  /** A line of its own, between or below bars. */
  say(line: string): void;
  /** The step that is shown is done: with its counts and its rate over all. */
  finish(last: Step): void;
}

/** Without a terminal, a line so often says how far it is. */
const LINE_MILLISECONDS = 3_000;

/** A bar for each step on a terminal; elsewhere a line every few seconds. */
export function openProgress(out: NodeJS.WriteStream): Progress {
  return out.isTTY ? bars(out) : lines(out);
}

function bars(out: NodeJS.WriteStream): Progress {
  let bar: SingleBar | null = null;
  let shown = '';
  const stop = () => {
    bar?.stop();
    bar = null;
  };
  const show = (step: Step) => {
    if (bar === null || shown !== step.name) {
      stop();
      shown = step.name;
      const format = '  {name} [{bar}] {percentage}%  {counted}  {rate}{note}';
      bar = new SingleBar({ format, stream: out, fps: 10, hideCursor: true, barsize: 26 }, Presets.legacy);
      bar.start(Math.max(1, step.total), 0, fieldsOf(step));
    }
    bar.setTotal(Math.max(1, step.total));
    bar.update(step.total === 0 ? 1 : Math.min(step.done, step.total), fieldsOf(step));
  };
  return {
    show,
    say: (line) => {
      stop();
      out.write(`${line}\n`);
    },
    finish: (last) => {
      show(last);
      stop();
    },
  };
}

function lines(out: NodeJS.WriteStream): Progress {
  let shown = '';
  let at = Number.NEGATIVE_INFINITY;
  const write = (step: Step) => {
    const { name, counted, rate, note } = fieldsOf(step);
    out.write(`  ${name}  ${counted}  ${rate}${note}\n`);
    shown = step.name;
    at = performance.now();
  };
  return {
    show: (step) => {
      if (shown !== step.name || performance.now() - at >= LINE_MILLISECONDS) write(step);
    },
    say: (line) => out.write(`${line}\n`),
    finish: write,
  };
}

function fieldsOf({ name, done, total, perSecond, etaSeconds, note }: Step) {
  const rate = perSecond > 0 ? `${number(Math.round(perSecond))}/s` : '';
  const eta = etaSeconds === null || done >= total ? '' : `, ${etaSeconds} s left`;
  return {
    name: name.padEnd(8),
    counted: `${number(Math.min(done, total))} of ${number(total)}`,
    rate: rate + eta,
    note: note ? `  ${note}` : '',
  };
}
