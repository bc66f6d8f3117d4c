import type { DatabaseMapping } from './database-schema';

/** What the file says was ended where no statement of ours reaches: a line each, wherever it is said what was done (I7). */
export function statedWords({ stated }: Pick<DatabaseMapping, 'stated'>): string[] {
  return stated.map(({ what, ended, by }) => `${what}: ended ${ended}, says ${by}`);
}
