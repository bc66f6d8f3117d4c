import { type Command, InvalidArgumentError, Option } from 'commander';
import { type IncidentOptions, withByOption, withIncidentOption } from './incident-command';

export interface SettleOptions extends IncidentOptions {
  decide?: 'resend' | 'leave';
  reason?: string;
  customer?: string;
  postfixLog?: string[];
  events?: string[];
  quarantine?: number;
  touchRelay?: boolean;
  resendAbsent?: boolean;
  go?: boolean;
}

/** Of the receiver's queue: a message whose dot went out may be taken so long afterwards. */
export const QUARANTINE_SECONDS = 600;

export function withSettleOptions(command: Command): Command {
  return withByOption(withIncidentOption(command))
    .description(
      'Lists who is in doubt (a dot went out and no answer is known), settles them from evidence, and carries out what you decide for the rest.',
    )
    .option(
      '--postfix-log <file...>',
      'the logs of every relay, rotated and packed ones too (gz, xz, zst, bz2), in any order',
    )
    .option('--events <file...>', "a mail provider's export: CSV or JSON lines with message id, event, time")
    .option('--go', 'book as sent those whom the evidence shows accepted; carry out the decision')
    .option(
      '--resend-absent',
      'with --postfix-log: send again to those who are absent from a log that is whole',
    )
    .addOption(
      new Option(
        '--decide <what>',
        'without evidence: resend sends again, whatever became of the first; leave does not',
      ).choices(['resend', 'leave']),
    )
    .option('--reason <text>', 'why, for the audit log: for --decide and --resend-absent', givenText)
    .option('--customer <id>', 'with --decide: for one customer only (default: everybody in doubt)')
    .option(
      '--quarantine <seconds>',
      `how long after a claim's lease the relay may still have taken its message (default: ${QUARANTINE_SECONDS})`,
      wholeSeconds,
    )
    .option(
      '--touch-relay',
      'connect to the relay first, so that its log gets a line from now (sends no mail)',
    )
    .option('--json', 'the facts as JSON');
}

/** What does not go together, with what to write instead; null: it all does. */
export function settleMisuse(options: SettleOptions): string | null {
  const { decide, reason, customer, postfixLog, events, resendAbsent, go } = options;
  const evidence = postfixLog !== undefined || events !== undefined;
  if (decide && (evidence || resendAbsent))
    return '--decide is for what no evidence settles: first settle --postfix-log FILE --go, then settle --decide for the rest.';
  if (decide && !reason) return '--decide needs --reason "...": the decision goes on the record';
  if (resendAbsent && !postfixLog)
    return '--resend-absent needs --postfix-log FILE: only a log that is whole shows that a message is absent';
  if (resendAbsent && !reason) return '--resend-absent needs --reason "...": the decision goes on the record';
  if (reason && !decide && !resendAbsent)
    return '--reason goes with --decide resend|leave or with --resend-absent';
  if (customer !== undefined && !decide) return '--customer goes with --decide resend|leave';
  if (options.quarantine !== undefined && !postfixLog) return '--quarantine goes with --postfix-log FILE';
  if (options.touchRelay && !postfixLog) return '--touch-relay goes with --postfix-log FILE';
  if (go && !decide && !evidence)
    return '--go needs what to carry out: --postfix-log FILE, --events FILE, or --decide resend|leave --reason "..."';
  return null;
}

function givenText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('write why, in a few words.');
  return text;
}

const LONGEST_QUARANTINE = 7 * 86_400;

function wholeSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,6}$/.test(text) || seconds > LONGEST_QUARANTINE)
    throw new InvalidArgumentError(
      `write whole seconds from 0 to ${LONGEST_QUARANTINE}, such as ${QUARANTINE_SECONDS}.`,
    );
  return seconds;
}
