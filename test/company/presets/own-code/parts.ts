import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from '../../../../scripts/stack/run-to-end';
import { findOnPath, localFolder } from '../../../../src/operator/parts/this-machine';

/** Code of the systems themselves that install-own-code.sh fetches. */
const KEPT = join(localFolder, 'own-code');
const INSTALL = 'bash test/company/presets/install-own-code.sh';

export const wordpressFolder = join(KEPT, 'wordpress/usr/share/wordpress');
export const djangoPython = join(KEPT, 'django-5.2.19/bin/python');
export const keycloakFolder = join(KEPT, 'keycloak-26.4.7');

export type Part = 'php' | 'wordpress' | 'django' | 'keycloak';

const there: Record<Part, () => boolean> = {
  php: () => findOnPath(['php'], process.env.PATH) !== null && existsSync('/usr/share/php/Illuminate/Auth'),
  wordpress: () => existsSync(join(wordpressFolder, 'wp-settings.php')),
  django: () => existsSync(join(KEPT, 'django-5.2.19/done')),
  keycloak: () => existsSync(join(keycloakFolder, 'bin/kc.sh')),
};

/** Null: all are here. */
export function whyMissing(parts: Part[]): string | null {
  const missing = parts.find((part) => !there[part]());
  if (missing === undefined) return null;
  const reason = join(KEPT, `${missing}.missing`);
  return existsSync(reason)
    ? readFileSync(reason, 'utf8').trim()
    : `no ${missing} here, fetch it by: ${INSTALL}`;
}

/** Runs it to its end, and reads the JSON of its last line. */
export async function ask(command: string, args: string[], url?: string): Promise<Record<string, unknown>> {
  const env = { ...process.env, ...(url === undefined ? {} : { DATABASE_URL: url }) };
  const { code, output } = await runToEnd(command, args, { seconds: 60, env });
  const last = output.trim().split('\n').at(-1) ?? '';
  if (code !== 0 || !last.startsWith('{')) throw new Error(`${command} ${args[0]} said: ${output}`);
  return JSON.parse(last);
}
