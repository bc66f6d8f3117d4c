import { spawn } from 'node:child_process';

export interface ProgramResult {
  /** Null when it could not be started, was killed or took too long. */
  code: number | null;
  /** Standard output and error, in the order in which they came. */
  output: string;
}

/**
 * Runs a program to its end, or kills it and all that it started after `seconds`. Never throws.
 * @param input what it reads on standard input; none by default.
 */
export function runToEnd(
  command: string,
  args: string[],
  options: { seconds: number; env?: NodeJS.ProcessEnv; cwd?: string; input?: string },
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, detached: true, stdio: 'pipe' });
    let output = '';
    const keep = (text: Buffer) => {
      output += text.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.stdin.on('error', () => undefined); // it need not read its input: its exit code tells
    child.stdin.end(options.input ?? '');
    const kill = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(() => {
      output += `\n(ended after ${options.seconds} s)`;
      kill();
    }, options.seconds * 1000);
    process.on('exit', kill);
    const done = (result: ProgramResult) => {
      clearTimeout(timer);
      process.off('exit', kill);
      resolve(result);
    };
    child.once('error', (error) => done({ code: null, output: error.message }));
    child.once('close', (code) => done({ code, output: output.trim() }));
  });
}

/** The last line that says something, for an error message. */
export function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
}
