import { execFileSync } from 'node:child_process';
import { isExecutable } from '../parts/find-on-path';

const FC_LIST = '/usr/bin/fc-list';

/** Languages whose letters no font of this machine has: pictures show boxes in their place. None where fontconfig cannot be asked. */
export function languagesWithoutFont(languages: string[]): string[] {
  if (!isExecutable(FC_LIST)) return [];
  return languages.filter((language) => {
    try {
      const fonts = execFileSync(FC_LIST, [`:lang=${language}`, 'family'], {
        encoding: 'utf8',
        timeout: 10_000,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return fonts.trim() === '';
    } catch {
      return false; // not known is not missing
    }
  });
}
