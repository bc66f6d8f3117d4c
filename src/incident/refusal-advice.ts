import type { SmtpPhase } from './smtp-outcome';

/** What a refusal that is no customer's is about. */
export type Matter = 'login' | 'signature' | 'sender' | 'quota' | 'block' | 'message' | 'unclear';

interface Reply {
  at: SmtpPhase | null;
  enhanced: string | null;
  /** The relay's own words, which may name a customer: they choose among ours, and go nowhere (C93). */
  text: string;
}

/**
 * By phase, code and words, as relays have them: Exchange Online (5.2.252 and 5.7.60 SendAsDenied, 5.7.7xx tenant and address blocked),
 * Amazon SES ("Email address is not verified", "Daily message quota exceeded"), SendGrid ("verified Sender Identity", "Maximum credits
 * exceeded"), Google (4.7.28, 5.4.5), Postfix (header_checks, "Sender address rejected"). The first whose code fits,
 * else the first whose words do.
 */
export function matterOf({ at, enhanced, text }: Reply): Matter {
  const detail = enhanced?.slice(2) ?? '';
  // Not in addresses: of Ann at spam-filter.test nobody says that she is spam.
  const words = text.replaceAll(/\S*[@<>]\S*/g, ' ');
  if (at === 'auth' && !QUOTA.test(words)) return 'login';
  const rule =
    RULES.find(([, codes]) => codes.has(detail)) ?? RULES.find(([, , itsWords]) => itsWords.test(words));
  return rule?.[0] ?? 'unclear';
}

const QUOTA =
  /quota|throttl|\b(limit|credits|volume)\b|rate limit|too (many|much)|exceeded|unusual rate|sending rate/i;

const RULES: [Matter, codes: ReadonlySet<string>, words: RegExp][] = [
  ['login', new Set(['7.8', '7.9', '7.57']), /authentication (failed|required|unsuccessful)(?!.*credits)/i],
  ['signature', new Set(['7.20', '7.23', '7.26', '7.27', '7.30', '7.32']), /\b(spf|dkim|dmarc)\b/i],
  [
    'sender',
    new Set(['1.7', '1.8', '2.252', '7.60']),
    /send ?as|send on behalf|not verified|verified sender|sender (address|identity)|send from that|as this sender|not owned by/i,
  ],
  [
    'block',
    new Set(['7.25', '7.606', '7.708', '7.750']),
    /\bblock|black ?list|\blisted\b|reputation|banned|spamhaus|client host|helo command|relay access|not in whitelist|this ip\b/i,
  ],
  [
    'message',
    new Set(['3.4', '6.0']),
    /header|content|\bsize\b|spam|virus|attachment|subject|message-id|phish|malformed|\burl|\blink/i,
  ],
  ['quota', new Set(['4.5', '5.3', '7.28', '7.705']), QUOTA],
];

/** What to do about it, and what to type; `resume` comes after it. */
export const ADVICE: Record<Matter, string> = {
  login: 'It refuses the user or the password: correct SMTP_URL and start the workers again',
  signature:
    'SPF, DKIM or DMARC fails for from.address: have its records and the signing put right (docs/relay.md)',
  sender:
    'It does not let this user send as from.address: have that address verified or allowed there, or write from another: npm run cli -- amend FILE',
  quota:
    'It says that too much is sent: have the limit raised there, or wait for its end, and go slower: npm run cli -- set-rate 10',
  block: 'It blocks this machine or its address: have it taken off the list, or allowed, there',
  message:
    'It objects to the message itself: have its rule (header_checks, a filter) let the notice pass, or change the notice: npm run cli -- amend FILE',
  unclear: 'A quota or a block? Have it lifted at the relay',
};
