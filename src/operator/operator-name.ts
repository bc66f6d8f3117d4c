import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { cleanLine } from '../incident/asked-by';

const NAME_LENGTH = 100;

/** Who types, for the audit log (I6): the login name, and behind sudo the person's own. */
export function operatorName(env: NodeJS.ProcessEnv = process.env): string {
  return cleanLine(env.SUDO_USER, NAME_LENGTH) || loginName() || 'unknown login';
}

/** Reads --by. */
export function givenName(typed: string): string {
  const name = cleanLine(typed, NAME_LENGTH);
  if (name) return name;
  throw new InvalidArgumentError(
    'Write a name, such as --by "Jane Doe", or leave it out for the login name.',
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
