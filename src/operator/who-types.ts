import { hostname, userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { cleanLine } from '../incident/asked-by';

const NAME_LENGTH = 100;

/** Who decides in the books themselves, for the audit log (I6): the name typed, and beside it login and host, never in their place. */
export function decidedBy(typed: string | undefined): string {
  return typed === undefined ? loginWords() : `${typed} (login ${loginWords()})`;
}

/**
 * Login and host of whoever types, such as ann@build1: what Temporal is told, too. Under sudo `jane as root@build1`: whoever is not root
 * could set SUDO_USER to any name.
 */
export function loginWords(env: NodeJS.ProcessEnv = process.env): string {
  const login = loginName() || 'unknown login';
  const caller = process.getuid?.() === 0 ? cleanLine(env.SUDO_USER, NAME_LENGTH) : '';
  const as = caller === '' || caller === login ? login : `${caller} as ${login}`;
  return cleanLine(`${as}@${hostname()}`, IDENTITY_LENGTH);
}

const IDENTITY_LENGTH = 70;

/** Who types: the login name; under sudo, the name of the person who called it. */
export function operatorName(env: NodeJS.ProcessEnv = process.env): string {
  return cleanLine(env.SUDO_USER, NAME_LENGTH) || loginName() || 'unknown login';
}

/** Reads --by. */
export function givenName(typed: string): string {
  const name = cleanLine(typed, NAME_LENGTH);
  if (name) return name;
  throw new InvalidArgumentError(
    'Write a name, such as --by "Jane Doe", or leave --by out for the login name.',
  );
}

/** '' for a user without an entry in the system's list, as in some containers. */
function loginName(): string {
  try {
    return cleanLine(userInfo().username, NAME_LENGTH);
  } catch {
    return '';
  }
}
