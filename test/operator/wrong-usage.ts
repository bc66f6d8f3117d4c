import { Command } from 'commander';
import { exitCodeOf } from '../../src/operator/told-error';
import { describeVerb } from '../../src/operator/verbs';

/**
 * What a wrong line of `npm run cli --` is told. The program itself, without a process of its own: it asks nobody anything before
 * the line is right.
 */
export async function wrongUsage([verb, ...args]: [string, ...string[]]): Promise<{
  code: number;
  err: string;
}> {
  let err = '';
  const hear = (text: string) => {
    err += text;
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: hear });
  describeVerb(verb, program.command(verb).allowExcessArguments(false));
  const told = jest.spyOn(console, 'error').mockImplementation(hear);
  try {
    await program.parseAsync([verb, ...args], { from: 'user' });
    return { code: 0, err };
  } catch (error) {
    return { code: exitCodeOf(error), err };
  } finally {
    told.mockRestore();
  }
}
