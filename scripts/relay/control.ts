import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { parseRule, type Rule } from './rules';

/** What the control socket takes, one JSON value a line, and answers with one: {"add": RULE}, {"clear": true}, {"stats": true}. */
export function listenForCommands(path: string, rules: Rule[], stats: () => Record<string, number>): Server {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => {
      socket.write(`${JSON.stringify(answer(line, rules, stats))}\n`);
    });
  });
  server.listen(path);
  return server;
}

function answer(line: string, rules: Rule[], stats: () => Record<string, number>): unknown {
  try {
    const command = JSON.parse(line) as { add?: unknown; clear?: unknown; stats?: unknown };
    if (command.add !== undefined) rules.push(parseRule(command.add));
    else if (command.clear !== undefined) rules.length = 0;
    else if (command.stats === undefined)
      return { error: 'write {"add": RULE}, {"clear": true} or {"stats": true}' };
    return { ...stats(), rules: rules.map(({ at, seen, fired }) => ({ at, seen, fired })) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
