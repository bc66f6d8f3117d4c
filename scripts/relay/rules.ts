import { z } from 'zod';

export const RELAY_PHASES = [
  'greeting',
  'ehlo',
  'starttls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'content',
  'dot',
  'rset',
  'quit',
] as const;
/** Where a rule can step in; `content`: after a 354, at the first octets of the message. */
export type RelayPhase = (typeof RELAY_PHASES)[number];

const ruleSchema = z.strictObject({
  at: z.enum(RELAY_PHASES),
  /**
   * Said instead of the usual reply, one line or several (CRLF between them), and the command takes no effect: nobody is accepted,
   * no state changes. Each character is one octet, so "\u0000" and "\u00ff" say just that. After a 421 the connection is closed.
   */
  reply: z.string().optional(),
  /** At the dot: sender and recipients stay, as where smtpd_end_of_data_restrictions refuse; the next MAIL is nested. */
  transactionStays: z.boolean().default(false),
  /** With `reply`: only the words differ, the command takes effect. */
  wordsOnly: z.boolean().default(false),
  /** What ends the reply: '' leaves its last line unfinished. */
  lineEnd: z.enum(['\r\n', '\n', '\r', '']).default('\r\n'),
  /**
   * Without effect, and saying nothing but `reply`: drop (the connection is reset), close (it is closed in peace), stall (never
   * another word). With effect: drop-after (no reply but `reply`, then reset: at the dot, accepted and logged without a 250),
   * reply-and-drop (the usual reply, then reset), crash (accepted, logged, and the process is gone), hold (the usual reply, but not
   * before it is released; nothing else of this connection is read meanwhile).
   */
  action: z.enum(['drop', 'close', 'stall', 'drop-after', 'reply-and-drop', 'crash', 'hold']).optional(),
  /** The effect is at once, reply and action wait so long; nothing else of this connection is read meanwhile (C08). */
  delayMs: z.number().int().min(0).default(0),
  /** A regular expression: only for such a sender (at mail) or recipient (at rcpt, data, content, dot). */
  match: z.string().optional(),
  /** Not the first so many that match. */
  after: z.number().int().min(0).default(0),
  /** Of the rest every second (2), every third (3) and so on. */
  every: z.number().int().min(1).default(1),
  /** So many times at most. */
  times: z.number().int().min(1).optional(),
  /** Only in sessions that have so many messages accepted (C05). */
  acceptedInSession: z.number().int().min(0).default(0),
  /** Only with, or only without, TLS (C03). */
  tls: z.boolean().optional(),
  /** Only after, or only before, a successful AUTH (C03). */
  auth: z.boolean().optional(),
});

/** One way to misbehave: what happens instead of the usual, where, and to whom. */
export type Rule = z.infer<typeof ruleSchema> & { matching?: RegExp; seen: number; fired: number };

/** @throws Error that names what is wrong. */
export function parseRule(given: unknown): Rule {
  const parsed = ruleSchema.safeParse(given);
  if (!parsed.success) throw new Error(`the rule is wrong: ${z.prettifyError(parsed.error)}`);
  const rule = parsed.data;
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
  session: { accepted: number; secured: boolean; authenticated: boolean },
  { at, addresses }: { at: RelayPhase | null; addresses: readonly string[] },
): Rule | undefined {
  return rules.find((rule) => {
    if (rule.at !== at || session.accepted < rule.acceptedInSession) return false;
    if (rule.tls !== undefined && rule.tls !== session.secured) return false;
    if (rule.auth !== undefined && rule.auth !== session.authenticated) return false;
    if (rule.matching && !addresses.some((address) => rule.matching!.test(address))) return false;
    rule.seen++;
    if (rule.seen <= rule.after || (rule.seen - rule.after) % rule.every !== 0) return false;
    if (rule.times !== undefined && rule.fired >= rule.times) return false;
    rule.fired++;
    return true;
  });
}

/** Whether the command takes effect all the same. */
export function takesEffect({ reply, wordsOnly, action }: Rule): boolean {
  if (action === undefined || action === 'hold') return reply === undefined || wordsOnly;
  return wordsOnly || action === 'drop-after' || action === 'reply-and-drop' || action === 'crash';
}
