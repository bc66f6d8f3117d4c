import { z } from 'zod';

export const RELAY_PHASES = ['greeting', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'dot'] as const;
export type RelayPhase = (typeof RELAY_PHASES)[number];

const ruleSchema = z.strictObject({
  at: z.enum(RELAY_PHASES),
  /** One line or several (CRLF between them) instead of the usual reply; the phase's effect does not happen. */
  reply: z.string().optional(),
  /**
   * drop: the connection is reset, nothing happened. stall: never a reply. drop-after (dot only): the message is accepted and
   * logged, and the connection reset without a 250. crash (dot only): accepted, logged, and the process is gone.
   */
  action: z.enum(['drop', 'stall', 'drop-after', 'crash']).optional(),
  /** The reply, or the action, waits so long; nothing else of this connection is read meanwhile. */
  delayMs: z.number().int().min(0).optional(),
  /** Only for recipients that match (a regular expression). */
  match: z.string().optional(),
  /** Not the first so many that match. */
  after: z.number().int().min(0).default(0),
  /** Then each so-manieth. */
  every: z.number().int().min(1).default(1),
  /** So many times at most. */
  times: z.number().int().min(1).optional(),
  /** Only in sessions that have so many messages accepted. */
  acceptedInSession: z.number().int().min(0).default(0),
});

/** One way to misbehave: what happens instead of the usual, where, and to whom. */
export type Rule = z.infer<typeof ruleSchema> & { matching?: RegExp; seen: number; fired: number };

/** @throws ZodError that names what is wrong. */
export function parseRule(given: unknown): Rule {
  const rule = ruleSchema.parse(given);
  return {
    ...rule,
    ...(rule.match === undefined ? {} : { matching: new RegExp(rule.match) }),
    seen: 0,
    fired: 0,
  };
}

/** The first rule that applies here and now; counts what it sees. */
export function ruleFor(
  rules: readonly Rule[],
  phase: RelayPhase,
  recipient: string,
  acceptedInSession: number,
): Rule | undefined {
  if (rules.length === 0) return undefined;
  return rules.find((rule) => {
    if (rule.at !== phase || acceptedInSession < rule.acceptedInSession) return false;
    if (rule.matching && !rule.matching.test(recipient)) return false;
    rule.seen++;
    if (rule.seen <= rule.after || (rule.seen - rule.after) % rule.every !== 0) return false;
    if (rule.times !== undefined && rule.fired >= rule.times) return false;
    rule.fired++;
    return true;
  });
}
