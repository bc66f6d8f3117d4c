import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { type AuditHead, headWords, readHead } from '../incident/audit-head';
import { cutText } from '../incident/cut-text';
import type { NewHead } from './books';
import { isoTime } from './rows';

/** Writes a head where the company wants it kept. Never throws. @returns why it could not; null: it is there. */
export type Anchor = (head: NewHead) => Promise<string | null>;

/** Hanging disks and commands must not keep a pause from returning. */
const PATIENCE_MILLISECONDS = 5_000;

/**
 * Where AUDIT_ANCHOR says: a line is appended to a file and flushed to its disk, or given to a command (`| COMMAND`) on its standard
 * input. One at a time; while one hangs, the next ones are given up at once.
 * @returns null where nothing is set.
 */
export function openAnchor(
  setting: string | undefined,
  { patienceMilliseconds = PATIENCE_MILLISECONDS }: { patienceMilliseconds?: number } = {},
): Anchor | null {
  const wanted = setting?.trim();
  if (!wanted) return null;
  const command = wanted.startsWith('|') ? wanted.slice(1).trim() : null;
  const write = command === null ? append(wanted) : give(command, patienceMilliseconds);
  let queue: Promise<unknown> = Promise.resolve();
  let hangs = false;
  return async (head) => {
    const failed = (why: string) =>
      `THE AUDIT'S HEAD WAS NOT ANCHORED by AUDIT_ANCHOR=${cutText(wanted, 200)}: ${why}. What was decided stands; its head is ${headWords(head)}`;
    const late = `it does not end within ${patienceMilliseconds / 1000} s`;
    if (hangs) return failed(`${late}, and still hangs`);
    const written = queue
      .then(() => write(anchorLine(head)))
      .then(
        () => null,
        (error: Error) => error.message,
      );
    queue = written;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, patienceMilliseconds, late);
    });
    const why = await Promise.race([written, tooLate]);
    clearTimeout(timer);
    hangs = why === late;
    if (hangs) written.then(() => (hangs = false));
    return why === null ? null : failed(why);
  };
}

/** One flat object of JSON on a line: readAnchor finds it in a file of such lines, in syslog's and in a worker's own log. */
export function anchorLine({ at, ...head }: NewHead): string {
  return `${JSON.stringify({ at: isoTime(at), ...head })}\n`;
}

function append(file: string): (line: string) => Promise<void> {
  return async (line) => {
    const handle = await open(file, 'a');
    try {
      await handle.appendFile(line);
      await handle.sync().catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EINVAL') throw error; // a pipe has no disk
      });
    } finally {
      await handle.close();
    }
  };
}

function give(command: string, timeout: number): (line: string) => Promise<void> {
  return (line) =>
    new Promise((resolve, reject) => {
      const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'ignore', 'pipe'], timeout });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = cutText(`${said}${text}`, 200);
      });
      child.stdin.on('error', () => undefined); // it may end without reading
      child.stdin.end(line);
      child.on('error', reject);
      child.on('close', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`it ended with ${signal ?? `exit ${code}`} ${said.split('\n')[0]}`.trim()));
      });
    });
}

/** A head that an anchor holds. */
export interface AnchoredHead extends AuditHead {
  ledger: string;
  /** Null: of files that were not started. */
  incident: string | null;
  /** What was decided, and when (ISO 8601); null: it does not say. */
  action: string | null;
  at: string | null;
}

/** The heads in a text of lines, each wherever it stands in its line; `unreadable` counts lines in which one was cut. */
export async function readAnchor(
  lines: AsyncIterable<string>,
): Promise<{ heads: AnchoredHead[]; unreadable: number }> {
  const heads: AnchoredHead[] = [];
  let unreadable = 0;
  for await (const line of lines) {
    const held = [...line.matchAll(/\{[^{}]*\}/g)].flatMap(([object]) => anchoredHead(object) ?? []);
    heads.push(...held);
    if (held.length !== line.split('"hash":').length - 1) unreadable++;
  }
  return { heads, unreadable };
}

function anchoredHead(text: string): AnchoredHead | null {
  try {
    const value = JSON.parse(text) as Record<'ledger' | 'incident' | 'action' | 'at', unknown>;
    const head = readHead(value);
    const { ledger, incident, action, at } = value;
    const textOf = (field: unknown) => (typeof field === 'string' ? field : null);
    if (head === null || typeof ledger !== 'string') return null;
    return { ...head, ledger, incident: textOf(incident), action: textOf(action), at: textOf(at) };
  } catch {
    return null;
  }
}
