import { waitUntil } from '../../src/operator/parts/this-machine';
import { number } from '../../src/operator/words';
import { indented } from '../stack/type-command';
import type { AtTerminal } from './at-terminal';
import { judgeScene, type Verdict } from './judge-scene';
import type { Act, Command, Scene } from './scene';
import type { Stage } from './stage';

export interface Play {
  stage: Stage;
  terminal: AtTerminal;
  say(line: string): void;
}

const SECONDS = 60;
/** Of a person who says that it was done. */
const PATIENCE_SECONDS = 5;

/** Goes through the acts of a scene, to the end of its run, and judges it. @throws Error when it does not get there. */
export async function playScene(scene: Scene, play: Play): Promise<Verdict> {
  const { stage, say } = play;
  for (const act of scene.acts) await playAct(act, play);
  say('\n  Then the run goes to its end ...');
  await stage.until('the end of the run', async () => (await stage.row())?.phase === 'closed');
  return judgeScene(scene, stage);
}

async function playAct(act: Act, play: Play): Promise<void> {
  const { stage, say } = play;
  if (act.kind === 'happens') {
    say(`\n  ${act.words}`);
    await act.deed?.(stage);
    return;
  }
  const command = await act.command(stage);
  if (act.kind === 'look') {
    say(`\n  Look at ${act.at}\n    ${command.words}`);
    return look(command, act.shows, play);
  }
  say(`\n  ${act.why}\n    ${command.words}`);
  return type(command, () => act.done(stage), play);
}

const MOST_LINES = 24;

/** As much as one looks at; the last lines say the most. */
function shown(output: string): string {
  const lines = output.trimEnd().split('\n');
  const left = lines.length - MOST_LINES;
  return indented(
    left <= 1
      ? output
      : [`(... ${number(left)} lines; typed there you see them all)`, ...lines.slice(-MOST_LINES)].join('\n'),
  );
}

async function look(command: Command, shows: RegExp, { terminal, say }: Play): Promise<void> {
  if (terminal.attended) {
    if ((await terminal.ask(async () => false)) === 'type it') say(shown((await command.run()).output));
    return;
  }
  // What has just happened is there to be seen after seconds.
  let seen = '';
  const isShown = await waitUntil(async () => {
    seen = (await command.run()).output;
    return shows.test(seen);
  }, SECONDS);
  say(shown(seen));
  if (!isShown) throw new Error(`"${command.words}" did not show ${shows}`);
}

async function type(command: Command, done: () => Promise<boolean>, play: Play): Promise<void> {
  const { terminal, say } = play;
  if (await done()) return say('    (it is so already)');
  for (;;) {
    if ((await terminal.ask(done)) === 'type it') say(shown((await command.run()).output));
    if (await waitUntil(done, terminal.attended ? PATIENCE_SECONDS : SECONDS)) return say('    Done.');
    if (!terminal.attended) throw new Error(`"${command.words}" did not do it`);
    say(`    The books do not show it yet. It is done when they do:\n    ${command.words}`);
  }
}
