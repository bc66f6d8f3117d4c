import { OPEN } from '../incident/open-answer';
import { valueAt } from '../incident/schema-problems';
import type { Coverage } from './uncovered-credentials';

/** A section or an item of the mapping, with its comments and questions. A value that only the company knows is open: see OPEN. */
export interface DraftEntry {
  value: Record<string, unknown>;
  /** By what each value is known, at its path within the entry. */
  because?: Record<string, string>;
  /** Said above the entry. */
  above?: string[];
  asks?: Ask[];
}

export interface Ask {
  /** The path within the entry, such as dead; '' for the entry itself. */
  at: string;
  question: string;
  /** What to look at, and what to write then. */
  todo: string;
}

/** A `database:` section in the making. */
export interface Draft {
  customers: DraftEntry;
  retire: DraftEntry[];
  revoke: DraftEntry[];
  stated: DraftEntry[];
  ignored: DraftEntry[];
  /** About a list as a whole, or about what is not there. */
  asks: (Ask & { list: 'customers' | 'retire' | 'revoke' | 'stated' | 'ignored'; open?: boolean })[];
}

export function newDraft(customers: DraftEntry): Draft {
  return { customers, retire: [], revoke: [], stated: [], ignored: [], asks: [] };
}

/** One question, asked once for all the places that it concerns. */
export interface Question {
  number: number;
  question: string;
  todo: string;
  /** Such as customers.createdAt.zone. */
  paths: string[];
  /** Whether the file is refused until it is answered. */
  open: boolean;
}

export interface DraftSection extends Coverage {
  customers: Record<string, unknown>;
  stated: Record<string, unknown>[];
}

/** The section as it is written, with open values numbered by their questions. */
export interface Proposal {
  section: DraftSection;
  questions: Question[];
  /** Comments by path: above and beside. */
  above: Record<string, string[]>;
  beside: Record<string, string>;
}

/** Of entries, in the order of the file. */
export const LISTS = ['retire', 'revoke', 'stated', 'ignored'] as const;

/** Numbers the questions in the order of the file. */
export function assemble(draft: Draft): Proposal {
  const entries: [path: string, entry: DraftEntry][] = [
    ['customers', draft.customers],
    ...LISTS.flatMap((list) => draft[list].map((entry, i): [string, DraftEntry] => [`${list}.${i}`, entry])),
  ];
  const asked = [
    ...entries.flatMap(([path, { asks = [], value }]) =>
      asks.map((ask) => ({
        ...ask,
        path: joined(path, ask.at),
        open: isOpen(valueAt(value, stepsOf(ask.at))),
      })),
    ),
    ...draft.asks.map((ask) => ({ ...ask, path: joined(ask.list, ask.at), open: ask.open ?? false })),
  ].sort((a, b) => order(a.path) - order(b.path));
  const questions = numbered(asked);
  const numberAt = new Map(
    questions.flatMap(({ number, paths }) => paths.map((path) => [path, number] as const)),
  );
  const filled = (path: string, value: unknown): unknown => {
    if (isOpen(value)) return `${OPEN} (question ${numberAt.get(path)})${value.slice(OPEN.length)}`;
    if (Array.isArray(value)) return value.map((item, i) => filled(joined(path, String(i)), item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, filled(joined(path, key), item)]),
    );
  };
  const list = (name: (typeof LISTS)[number]) =>
    draft[name].map(({ value }, i) => filled(`${name}.${i}`, value) as never);
  return {
    section: {
      customers: filled('customers', draft.customers.value) as Record<string, unknown>,
      retire: list('retire'),
      revoke: list('revoke'),
      stated: list('stated'),
      ignored: list('ignored'),
    },
    questions,
    above: Object.fromEntries(entries.flatMap(([path, { above }]) => (above ? [[path, above]] : []))),
    beside: Object.fromEntries(
      entries.flatMap(([path, { because = {} }]) =>
        Object.entries(because).map(([at, words]) => [joined(path, at), words]),
      ),
    ),
  };
}

function numbered(asked: (Ask & { path: string; open: boolean })[]): Question[] {
  const questions: Question[] = [];
  for (const { question, todo, path, open } of asked) {
    const earlier = questions.find((other) => other.question === question && other.todo === todo);
    if (earlier) {
      earlier.paths.push(path);
      earlier.open ||= open;
    } else questions.push({ number: questions.length + 1, question, todo, paths: [path], open });
  }
  return questions;
}

function order(path: string): number {
  const [list, index = '-1'] = path.split('.');
  return (
    ['customers', ...LISTS].indexOf(list!) * 1000 + (Number.isNaN(Number(index)) ? 0 : Number(index) + 1)
  );
}

export function isOpen(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(OPEN);
}

/** The steps of a path such as leaveOut.0.when. */
export function stepsOf(path: string): (string | number)[] {
  return path === '' ? [] : path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function joined(path: string, at: string): string {
  return at === '' ? path : `${path}.${at}`;
}
