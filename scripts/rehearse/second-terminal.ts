import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { OF_REAL_PARTS, type Parts } from '../stack/breakable-parts';

/**
 * Writes what makes a terminal one of the rehearsal: whatever it knew of real parts is gone from it.
 * @returns the line to type there.
 */
export function writeSecondTerminal(folder: string, { env }: Parts): string {
  const file = join(folder, 'terminal');
  const ours = Object.entries(env).filter(
    ([name]) => OF_REAL_PARTS.test(name) || name === 'BREACH_RESPONSE_LOCAL',
  );
  writeFileSync(
    file,
    [
      '# Read it with a dot before it: the commands of this terminal then go to the parts of the rehearsal, and to no others.',
      `cd ${quoted(projectFolder)}`,
      "unset DATABASE_URL SMTP_URL RELAY_LOG AUDIT_ANCHOR ON_HOLD_PROGRAMS $(env | sed -n 's/^\\(TEMPORAL_[A-Z_]*\\)=.*/\\1/p')",
      ...ours.map(([name, value]) => `export ${name}=${quoted(value!)}`),
      "PS1='(rehearsal) $ '",
      '',
    ].join('\n'),
  );
  return `. ${quoted(join(projectFolder, relative(projectFolder, file)))}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
