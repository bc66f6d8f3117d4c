import { looksMangled } from './unprintable';

/** Why a customer is greeted without the name. */
export type NeutralReason =
  | 'no name'
  | 'unreadable'
  | 'mangled'
  | 'too long'
  | 'link'
  | 'number'
  | 'markup'
  | 'not a name';

/**
 * Whether a customer's name may stand in the greeting. Attackers register names as advertisements (C21), so what could
 * become a link, a number to call or markup gets the neutral greeting, as does what nobody is called. Ordinary names of
 * any script come back exactly as they are, but for surrounding spaces and bidi controls (C23).
 */
export function greetingName(raw: string | null): { name: string } | { neutral: NeutralReason } {
  if (raw === null) return { neutral: 'no name' };
  if (ORDINARY.test(raw) && !NOBODY.test(raw) && !LINK_WORD.test(raw)) return { name: raw };
  const trimmed = raw.trim();
  if (trimmed === '') return { neutral: 'no name' };
  if (trimmed.length > 4 * MOST_CHARACTERS) return { neutral: 'too long' };
  const name = cleanName(trimmed);
  const reason = whyNot(trimmed, name);
  return reason === null ? { name } : { neutral: reason };
}

/**
 * The one normalisation of names: lone surrogates become U+FFFD, runs of spaces, line breaks, control characters and
 * noncharacters one space, bidi controls and invisible fillers nothing, and spaces around it go. Applied twice it changes nothing.
 */
export function cleanName(raw: string): string {
  if (ORDINARY.test(raw)) return raw;
  return raw
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .trim();
}

/** Bidi controls; spaces without width; soft hyphens; Hangul fillers, which are letters and show nothing. */
const INVISIBLE =
  /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u206F\u200B\u2060\uFEFF\u00AD\u115F\u1160\u3164\uFFA0]/g;
/** The wide space of Japanese names (U+3000) stays. */
const SPACES = /[ \u00A0\u1680\u2000-\u200A\u202F\u205F\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]+/gu;

const MOST_CHARACTERS = 60;
const MOST_WORDS = 8;
/** Marks without a letter, or too many: Vietnamese needs two, pointed Hebrew three, Tibetan stacks four. */
const STRAY_MARKS = /^\p{M}|\p{M}{5}|[^\p{L}\p{M}\p{Join_Control}]\p{M}/u;

/** Most names by far, and quickly seen. */
const ORDINARY = /^[A-Za-z]{1,30}(?:[ '-][A-Za-z]{1,20}){0,2}$/;
/** What software writes where there is no name. */
const NOBODY = /^(?:null|undefined|unknown|none|nil|n-?a|no name|anonymous|customer|user|test)$/i;
const LINK_WORD = /\b(?:https?|www)\b/i;

const LETTER = '[\\p{L}\\p{M}]';
// Letters with their marks, four digits at most (checked apart), and what joins the parts of names: spaces, hyphens,
// apostrophes, middle dots, commas, full stops, joiners (Persian, Hindi), geresh and gershayim.
const ALLOWED = /^[\p{L}\p{M}\p{Nd} '’‘ʼʻ`´‐‑–·・.,&\p{Join_Control}׳״\u3000\u2160-\u2188-]+$/u;
/** A full stop is an initial's or an abbreviation's: a space, a hyphen or the end follows, or one letter ("J.R."). */
const STOP_LIKE_A_LINK = new RegExp(
  `(?:^|[^\\p{L}\\p{M}])\\.|\\.(?![ ,-]|$|${LETTER}(?:\\p{M})*(?:[. ,-]|$))`,
  'u',
);

function whyNot(raw: string, name: string): NeutralReason | null {
  if (/\p{Surrogate}|[\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Cn}\uFFFD]/u.test(raw)) return 'unreadable';
  if (looksMangled(name)) return 'mangled';
  if ([...name].length > MOST_CHARACTERS || name.split(' ').length > MOST_WORDS) return 'too long';
  if (/[<>{}[\]$%|\\=#*_~^]/.test(name)) return 'markup';
  if (/[@/:．。｡․﹒]/.test(name) || LINK_WORD.test(name)) return 'link';
  if (/(?:\p{Nd}.*){5}|[+\p{Nd}][-.,&']|[-.,&']\p{Nd}|\+/u.test(name)) return 'number';
  if (STOP_LIKE_A_LINK.test(name)) return 'link';
  if (!ALLOWED.test(name) || !/\p{L}/u.test(name) || NOBODY.test(name)) return 'not a name';
  if (STRAY_MARKS.test(name)) return 'not a name';
  return null;
}
