import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import type { Relay } from './relay-session';
import { parseRule } from './rules';

/**
 * What the control socket takes, one JSON value a line, and answers with one: {"add": RULE}, {"release": true} (what the rules
 * hold back is said), {"clear": true} (that, and all rules go), {"octetByOctet": true or false}, {"stats": true}. Each answer
 * holds the counts (counts.ts) and what became of each rule; {"error": WORDS} where the command is wrong.
 */
export function listenForCommands(path: string, relay: Relay): Server {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => {
      if (socket.writable) socket.write(`${JSON.stringify(answer(line, relay))}\n`);
    });
  });
  server.listen(path);
  return server;
}

function answer(line: string, relay: Relay): unknown {
  const { rules, options, counts } = relay;
  try {
    const command: unknown = JSON.parse(line);
    if (typeof command !== 'object' || command === null) return { error: WANTED };
    if ('add' in command) rules.push(parseRule(command.add));
    else if ('release' in command) release(relay);
    else if ('clear' in command) clear(relay);
    else if ('octetByOctet' in command) options.octetByOctet = command.octetByOctet === true;
    else if (!('stats' in command)) return { error: WANTED };
    return { ...counts, rules: rules.map(({ at, seen, fired }) => ({ at, seen, fired })) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function clear(relay: Relay): void {
  relay.rules.length = 0;
  release(relay);
}

function release({ held }: Relay): void {
  for (const goOn of held.splice(0)) goOn();
}

const WANTED =
  'write {"add": RULE}, {"release": true}, {"clear": true}, {"octetByOctet": true} or {"stats": true}';
