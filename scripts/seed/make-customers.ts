import { HOSTILE_NAMES, NAMES } from './customer-names';
import { pick, type Random, randomFrom, wholeFrom } from './random';

/** A made-up customer and what hangs on the password. Times are DATETIMEs in UTC. */
export interface SeededCustomer {
  id: bigint;
  email: string | null;
  firstName: string | null;
  language: string | null;
  country: string | null;
  region: string | null;
  createdAt: string;
  passwordHash: string | null;
  passwordSetAt: string | null;
  token: string;
  /** When each of the customer's rows in these tables was made. */
  sessions: string[];
  api_tokens: string[];
  password_resets: string[];
}

/** As found in the wild (C29). */
const LANGUAGES = [
  'en',
  'en',
  'en',
  'en',
  'en-US',
  'en-us',
  'EN',
  'es',
  'es',
  'es-MX',
  'nb',
  'no',
  'ja',
  'fr',
  'de-AT',
  'ar',
  'zh_TW',
  'iw',
  '',
  null,
];
/** Of a shop that ships to many; as columns have them, where nobody ever looked. */
const PLACES: [string | null, string | null][] = [
  ...Array.from({ length: 12 }, (_, i): [string, string] => [
    'US',
    ['NY', 'TX', 'NV', 'KY', 'WA', 'FL'][i % 6]!,
  ]),
  ['US', 'CA'],
  ['US', 'CA'],
  ['us', 'US-CA'],
  ['US', 'MA'],
  ['US', ' ma'],
  ['US', null],
  ['DE', 'BE'],
  ['FR', ''],
  ['ES', null],
  ['NO', null],
  ['JP', '13'],
  ['AE', null],
  ['', ''],
  [null, null],
];
/** The relay refuses these, or no relay is ever asked (C14-C17). */
const IMPOSSIBLE = [
  'no-at-sign',
  'two@@shop.test',
  'blank in@shop.test',
  'a@x.test, b@x.test',
  '@shop.test',
  'nobody@',
  'jörg@post.test',
  '"unclosed@x.test',
];
const MAIL_DOMAINS = ['mail.test', 'post.test', 'inbox.test', 'web.test'];
const HOUR = 3_600;
const YEAR = 365 * 24 * HOUR;
/** Above 2^53, where numbers that are doubles lose neighbours (C31). */
const BIG_ID = 9_007_199_254_740_992n;

/** Batches of customers with rising ids. The same settings give the same customers. */
export function* makeCustomers(
  { customers, seed, cutoff }: { customers: number; seed: number; cutoff: string },
  batchSize: number,
): Generator<SeededCustomer[]> {
  const random = randomFrom(seed);
  const cutoffSeconds = Math.floor(Date.parse(cutoff) / 1000);
  let id = 1_000n;
  let batch: SeededCustomer[] = [];
  for (let made = 0; made < customers; made++) {
    id = nextId(id, made, customers, random);
    batch.push(makeCustomer(id, made, cutoffSeconds, random));
    if (batch.length === batchSize) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Gaps everywhere, one huge in the middle, and the last five beyond what a double can tell apart. */
function nextId(before: bigint, made: number, customers: number, random: Random): bigint {
  if (customers > 20 && made === customers - 5) return BIG_ID;
  if (made >= customers - 5 && before >= BIG_ID) return before + 1n;
  if (made === Math.floor(customers / 2)) return before + 20_000_000n;
  return before + (random() < 0.8 ? 1n : BigInt(wholeFrom(1, 41, random)));
}

function makeCustomer(id: bigint, made: number, cutoff: number, random: Random): SeededCustomer {
  const createdAt = random() < 0.02 ? cutoff + soon(random) : wholeFrom(cutoff - 10 * YEAR, cutoff, random);
  const password = passwordOf(createdAt, cutoff, random);
  const email = emailOf(made, random);
  // However few the customers are, no table is empty: the dry run would stop at it.
  const always = made < 3 ? [sqlTime(createdAt)] : [];
  const opened = (often: number) => {
    const drawn = times(often, Math.max(createdAt, cutoff - YEAR), cutoff + HOUR, random);
    return drawn.length > 0 ? drawn : always;
  };
  return {
    id,
    email,
    firstName: pick(random() < 0.004 ? HOSTILE_NAMES : NAMES, random),
    language: pick(LANGUAGES, random),
    ...placeOf(random),
    createdAt: sqlTime(createdAt),
    passwordHash: password.hash,
    passwordSetAt: password.setAt === null ? null : sqlTime(password.setAt),
    token: hex(32, random),
    sessions: opened(0.4),
    api_tokens: opened(0.03),
    password_resets: email ? opened(0.01) : [],
  };
}

function placeOf(random: Random): { country: string | null; region: string | null } {
  const [country, region] = pick(PLACES, random);
  return { country, region };
}

/** About 7% chose a new password after the cutoff, 3% sign in elsewhere and have none (C41), of 1% nobody knows how old it is. */
function passwordOf(createdAt: number, cutoff: number, random: Random) {
  const kind = random();
  const hash = `$2y$10$${hex(53, random)}`;
  if (kind < 0.03) return { hash: null, setAt: null };
  if (kind < 0.04) return { hash, setAt: null };
  if (kind < 0.11 || createdAt > cutoff) return { hash, setAt: Math.max(createdAt, cutoff) + soon(random) };
  return { hash, setAt: wholeFrom(createdAt, cutoff, random) };
}

/** One in a hundred has none, a few impossible ones, and some share one with others, also in another case (C18, C42). */
function emailOf(made: number, random: Random): string | null {
  const kind = random();
  if (kind < 0.007) return null;
  if (kind < 0.01) return '';
  if (kind < 0.014) return pick(IMPOSSIBLE, random);
  const household = `family${Math.floor(made / 200)}`;
  if (kind < 0.024) return `${household}@post.test`;
  if (kind < 0.034) return `${household.replace('f', 'F')}@Post.test`;
  return `customer${made}@${pick(MAIL_DOMAINS, random)}`;
}

/** Twice as likely once as twice. */
function times(often: number, from: number, to: number, random: Random): string[] {
  const drawn = random();
  const count = drawn < often / 3 ? 2 : drawn < often ? 1 : 0;
  return Array.from({ length: count }, () => sqlTime(wholeFrom(from, to, random)));
}

function soon(random: Random): number {
  return wholeFrom(1, 1 + HOUR / 2, random);
}

function hex(length: number, random: Random): string {
  let text = '';
  while (text.length < length)
    text += wholeFrom(0, 2 ** 32, random)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, length);
}

function sqlTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
