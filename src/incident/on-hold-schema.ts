import { z } from 'zod';
import type { Finding } from './incident-problem';
import type { SoundParts } from './sound-parts';

/** Who is called when a run waits for somebody (call.ts). That there is one way, and a safe one, is said by checkOnHold. */
export const onHoldSchema = z
  .strictObject({
    command: z
      .array(z.string().min(1).max(1_000).describe('text of a character or more'))
      .min(1)
      .max(50)
      .optional()
      .describe('a list: the program by its whole path, then each argument')
      .meta({
        means:
          "A program on each machine that runs a worker, by its whole path, and its arguments. The worker runs it only if its ON_HOLD_PROGRAMS names it. No shell reads it. It gets the call as JSON on its standard input, and as BREACH_INCIDENT, BREACH_PHASE, BREACH_KIND, BREACH_REASON, BREACH_NEXT and BREACH_CALL, and nothing else of the worker's environment. It has to end with 0 within 20 seconds.",
        without: 'Then a webhook is named.',
        examples: [['/usr/local/bin/page', '--team', 'security']],
      }),
    webhook: z
      .string()
      .max(2_000)
      .regex(/^https?:\/\/\S+$/)
      .optional()
      .describe('an https:// address; http:// on this machine (127.0.0.1, localhost) only')
      .meta({
        means: 'It gets the call as JSON by POST, and has to answer with 2xx within 20 seconds.',
        without: 'Then a command is named.',
        examples: ['https://alerts.example.com/breach'],
      }),
  })
  .optional()
  .meta({
    means:
      'Who is called when the run waits for a person: a hold, the approval, law enforcement, the breaker, customers in doubt; when it goes on without a relay or a receiver; and once it is over. `amend` changes it. [Somebody is called](troubleshooting.md#somebody-is-called).',
    without: 'Nobody is called: look at `status`, or let a monitor ask `status --check`.',
    examples: [{ webhook: 'https://alerts.example.com/breach' }],
  });

export type OnHold = NonNullable<z.infer<typeof onHoldSchema>>;

export function checkOnHold({ onHold }: SoundParts): Finding[] {
  if (onHold === undefined) return [];
  const { command, webhook } = onHold;
  const path = ['onHold'];
  if ((command === undefined) === (webhook === undefined))
    return [
      {
        path,
        found: command ? 'a command and a webhook' : 'neither a command nor a webhook',
        wanted: 'one of them',
      },
    ];
  if (command && !command[0]!.startsWith('/'))
    return [
      {
        path: [...path, 'command', 0],
        found: `${command[0]}, which is no whole path`,
        wanted:
          'the whole path of a program, such as /usr/local/bin/page: each worker may look elsewhere for a bare name',
      },
    ];
  if (webhook === undefined) return [];
  if (hasLogin(webhook))
    return [
      {
        path: [...path, 'webhook'],
        found: 'an address with a user or a password before its host, which no call can be made to',
        wanted: 'the secret in its path or query, as whoever gave you the address shows it',
      },
    ];
  if (isSafe(webhook)) return [];
  return [
    {
      path: [...path, 'webhook'],
      found: 'an address without TLS on another machine, or no address',
      wanted: 'https://, or http:// on this machine (127.0.0.1, localhost)',
    },
  ];
}

function hasLogin(webhook: string): boolean {
  if (!URL.canParse(webhook)) return false;
  const { username, password } = new URL(webhook);
  return username !== '' || password !== '';
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function isSafe(webhook: string): boolean {
  if (!URL.canParse(webhook)) return false;
  const { protocol, hostname } = new URL(webhook);
  return protocol === 'https:' || LOOPBACK.has(hostname);
}

/** Whom a run calls, for the dry run. Of a webhook the host alone: its path may be a secret. */
export function calledWords(onHold: OnHold | undefined): string {
  if (onHold === undefined) return 'nobody, when the run waits for a person (onHold in the file)';
  const { command, webhook } = onHold;
  return command
    ? `${command[0]}, on each machine with a worker`
    : `the webhook at ${new URL(webhook!).host}`;
}
