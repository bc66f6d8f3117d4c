import type { NoticeState, Wave } from './vocabulary';

/** The ledger of one wave, counted. */
export interface BooksCounted {
  cohort: number;
  notices: Partial<Record<NoticeState, number>>;
  /** Cohort customers without a row. */
  missing: number;
  /** Rows of customers who are not in the cohort. */
  strangers: number;
  /** Rows whose claim is older than their customer's expiry. */
  early: number;
}

/** Notices that keep an incident from closing, by what is the matter with them. */
export type OpenKind = 'missing' | 'sending' | 'released' | 'deferred' | 'in_doubt' | 'stranger' | 'early';

export interface BooksProblem {
  /** `sum`: nobody in particular. */
  kind: OpenKind | 'sum';
  count: number;
  /** Follows the count, in the operator's words. */
  what: string;
  /** The command, or what to wait for. */
  todo: string;
}

/**
 * What breaks a promise, each with its next step; empty when the books add up. I1: every cohort customer is in one terminal
 * state (sent, failed, skipped, left). I4: nobody outside the cohort has a notice, and none was claimed before the expiry.
 */
export function booksProblems({ cohort, notices, missing, strangers, early }: BooksCounted): BooksProblem[] {
  const { sending = 0, released = 0, deferred = 0, in_doubt = 0 } = notices;
  const sum = Object.values(notices).reduce((total, customers) => total + customers, missing);
  const counts: Record<BooksProblem['kind'], number> = {
    missing,
    sending,
    released,
    deferred,
    in_doubt,
    stranger: strangers,
    early,
    sum: Math.abs(sum - cohort),
  };
  const problemKinds = (Object.keys(counts) as BooksProblem['kind'][]).filter((kind) => counts[kind] > 0);
  return problemKinds.map((kind) => ({ kind, count: counts[kind], ...WORDS[kind] }));
}

export function problemWords({ count, what, todo }: Omit<BooksProblem, 'kind'>): string {
  return `${count.toLocaleString('en-US')} ${what}: ${todo}`;
}

/** What a run that goes on sees to. */
export function isUnderWay(kind: BooksProblem['kind']): kind is keyof typeof CANCELLED {
  return Object.hasOwn(CANCELLED, kind);
}

/** Of a run that was cancelled, which does nothing about it any more. */
export function cancelledWords(problem: BooksProblem & { wave?: Wave }): string {
  const { kind, wave } = problem;
  if (!isUnderWay(kind)) return problemWords(problem);
  const what = `${CANCELLED[kind]}${wave === 'reminder' ? ' (in the reminder wave)' : ''}`;
  return problemWords({ ...problem, what, todo: CANCELLED_TODO });
}

const CANCELLED = {
  missing: 'of the cohort were never told (I1)',
  sending: 'were being sent, and nobody has settled what became of it (I1)',
  released: 'were given back, and not sent again (I1)',
  deferred: 'were put off by the relay, and not tried again (I1)',
  in_doubt: 'are in doubt: the relay may or may not have taken their notice (I1)',
};
const CANCELLED_TODO =
  'the run was cancelled and tells nobody any more. npm run cli -- report --unreached FILE.csv lists them, to be told another way';

const RESUME = 'npm run cli -- resume';

const WORDS: Record<BooksProblem['kind'], { what: string; todo: string }> = {
  missing: {
    what: 'of the cohort have no notice yet (I1)',
    todo: 'wait until the run comes to them; in phase settle or close the ledger has lost their rows: npm run cli -- reconcile',
  },
  sending: {
    what: 'are being sent at this moment',
    todo: 'wait for their claims to end, a minute or so',
  },
  released: {
    what: 'were released (by a pause, a lost session, retry) and wait to be sent',
    todo: `${RESUME} (goes on with them)`,
  },
  deferred: {
    what: 'were put off by the relay',
    todo: `wait: the run tries them again for as long as the file says (retry.forHours), then they count as failed; ${RESUME} looks again now`,
  },
  in_doubt: {
    what: 'are in doubt: the relay may or may not have taken their notice, and it is never sent again blindly',
    todo: 'npm run cli -- settle (looks for evidence); without any: npm run cli -- close --leave-in-doubt --reason "..."',
  },
  stranger: {
    what: 'notices belong to nobody in the cohort (I4)',
    todo: 'keep the database as it is and look into it: somebody else wrote here, or this is an older copy',
  },
  early: {
    what: "notices were claimed before their customer's expiry (I4)",
    todo: 'keep the database as it is and look into it: somebody else wrote here, or a clock was set back',
  },
  sum: {
    what: 'customers too many or too few: the states do not add up to the cohort (I1)',
    todo: 'keep the database as it is and look into it',
  },
};
