import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { modelIncident } from './model-incident';

const root = join(__dirname, '..', '..');
const folder = join(root, 'src', 'workflows');

interface Asked {
  activity: string;
  file: string;
  /** As the language server counts, from 0. */
  position: { line: number; character: number };
}

/** Where the workflow asks an activity: `ask(run, scan.adoptRun, ...)`. */
const asked: Asked[] = readdirSync(folder).flatMap((name) => {
  const file = join(folder, name);
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/ask(?:Slice)?\(\s*run,\s*\w+\.(?<activity>\w+)/g)].map(
    ({ 0: call, index, groups }) => {
      const activity = groups!.activity!;
      const before = text.slice(0, index + call.length - activity.length).split('\n');
      return { activity, file, position: { line: before.length - 1, character: before.at(-1)!.length } };
    },
  );
});

let server: LanguageServer;
beforeAll(async () => {
  server = languageServer();
  await server.ask('initialize', { processId: null, rootUri: pathToFileURL(root).href, capabilities: {} });
  server.tell('initialized', {});
  for (const file of new Set(asked.map(({ file }) => file))) {
    const textDocument = { ...documentOf(file), languageId: 'typescript', version: 1 };
    server.tell('textDocument/didOpen', {
      textDocument: { ...textDocument, text: readFileSync(file, 'utf8') },
    });
  }
});
afterAll(() => server.end());

test('the workflow asks every activity, each of which is known here', () => {
  const names = asked.map(({ activity }) => activity);
  expect([...new Set(names)].sort()).toEqual(Object.keys(modelIncident().activities).sort());
});

// Red where the proxies' type repeats the activities in an interface of its own.
test.each(asked)('go-to-definition leads from $activity in the workflow to what it does', async (call) => {
  const { activity, file, position } = call;
  const definitions = await server.ask('textDocument/definition', {
    textDocument: documentOf(file),
    position,
  });
  const [definition, ...more] = [definitions as Definition | Definition[]].flat();
  expect(more).toEqual([]);
  const path = fileURLToPath(definition!.uri);
  expect(path).toBe(join(root, 'src', 'activities', 'create-activities.ts'));
  const line = readFileSync(path, 'utf8').split('\n')[definition!.range.start.line];
  expect(line).toMatch(new RegExp(`^    ${activity}: (activity|slice|call)\\(`));
});

interface Definition {
  uri: string;
  range: { start: { line: number } };
}

function documentOf(file: string) {
  return { uri: pathToFileURL(file).href };
}

interface LanguageServer {
  ask(method: string, params: object): Promise<unknown>;
  tell(method: string, params: object): void;
  end(): void;
}

/** TypeScript's own, as an editor speaks to it: JSON-RPC over its stdin and stdout. */
function languageServer(): LanguageServer {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const child: ChildProcessWithoutNullStreams = spawn(tsc, ['--lsp', '--stdio'], { cwd: root });
  const answers = new Map<number, (answer: unknown) => void>();
  const send = (message: object) => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  };
  const take = ({ id, method, result }: { id?: number; method?: string; result?: unknown }) => {
    if (id === undefined) return;
    // What it asks of an editor: nothing of that is set here.
    if (method !== undefined) send({ id, result: null });
    else answers.get(id)?.(result);
  };
  let unread = Buffer.alloc(0);
  child.stdout.on('data', (bytes: Buffer) => {
    unread = Buffer.concat([unread, bytes]);
    for (;;) {
      const head = unread.indexOf('\r\n\r\n');
      if (head < 0) return;
      const end = head + 4 + Number(/Content-Length: (\d+)/.exec(unread.toString('latin1', 0, head))![1]);
      if (unread.length < end) return;
      take(JSON.parse(unread.toString('utf8', head + 4, end)));
      unread = unread.subarray(end);
    }
  });
  let last = 0;
  return {
    ask: (method, params) =>
      new Promise((resolve) => {
        last++;
        answers.set(last, resolve);
        send({ id: last, method, params });
      }),
    tell: (method, params) => send({ method, params }),
    end: () => child.kill(),
  };
}
