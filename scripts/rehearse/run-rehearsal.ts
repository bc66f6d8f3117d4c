import { Client, Connection } from '@temporalio/client';
import { startParts } from '../stack/breakable-parts';
import type { AtTerminal } from './at-terminal';
import { playScene } from './play-scene';
import type { Scene } from './scene';
import { writeSecondTerminal } from './second-terminal';
import { openStage } from './stage';

export interface Rehearsal {
  scenes: readonly Scene[];
  terminal: AtTerminal;
  folder: string;
  say(line: string): void;
  /** Called at once with what stops everything, also while it starts. */
  started(stop: () => Promise<void>): void;
}

export interface Played {
  name: string;
  held: boolean;
  /** The figure, or what was wrong. */
  words: string;
}

/** Plays the scenes, each in a world of its own: one that goes wrong spoils no other. */
export async function runRehearsal(rehearsal: Rehearsal): Promise<Played[]> {
  const { scenes, terminal, folder, say, started } = rehearsal;
  say('Starting a database, Temporal, a mail relay and a worker of its own (half a minute) ...');
  const parts = await startParts({ folder, workers: ['worker-1'], say, started });
  const connection = await Connection.connect({ address: parts.temporal.address });
  const client = new Client({ connection, namespace: parts.temporal.namespace });
  const toType = writeSecondTerminal(folder, parts);
  if (terminal.attended) say(introduction(toType));
  const played: Played[] = [];
  for (const [i, scene] of scenes.entries()) {
    await terminal.read();
    say(`\n---- ${i + 1} of ${scenes.length}: ${scene.name}: ${scene.title}\n  (making its company ...)`);
    played.push(await playOne(scene));
    const { held, words } = played.at(-1)!;
    say(`  ${held ? 'HELD' : 'DID NOT HOLD'}: ${words}`);
  }
  await connection.close();
  return played;

  async function playOne(scene: Scene): Promise<Played> {
    const { name } = scene;
    try {
      const stage = await openStage(scene, { parts, client, folder });
      try {
        if (terminal.attended && stage.parts.temporal.uiUrl !== null)
          say(`  Its page in the Temporal Web UI: ${pageOf(stage.parts.temporal.uiUrl, stage.incidentId)}`);
        const { words, problems } = await playScene(scene, { stage, terminal, say });
        return { name, held: problems.length === 0, words: problems.join('; ') || words };
      } finally {
        await stage.close();
      }
    } catch (error) {
      return { name, held: false, words: (error as Error).message };
    }
  }
}

function pageOf(uiUrl: string, incidentId: string): string {
  return `${uiUrl}/namespaces/default/workflows/breach-response%2F${incidentId}`;
}

function introduction(toType: string): string {
  return `
Ten minutes: each scene says what happens, what to look at, and what to type. Open a second terminal and type there

    ${toType}

Its prompt then says (rehearsal), and what you type there goes to the parts of the rehearsal alone. Or press Enter here: then the command
is typed for you, and you read what it says. Ctrl-C ends everything that was started.`;
}
