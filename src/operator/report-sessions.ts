import type { RelayProof, SessionGapProof } from './compare-with-logs';
import { counted, number as n, printable, utc } from './words';

/** How far the logs show the sessions by which the run sent: what is not in them may hold a second acceptance (I2, I7). */
export interface SessionWords {
  /** Why they do not show all of it; empty: they do. */
  lacking: string[];
  /** What to do about it, a sentence each. */
  todo: string[];
  /** Goes after the claim that nobody was told twice; '': nothing is to be said. */
  beside: string;
}

export function sessionWords({ sessions, relays }: RelayProof, sent: number): SessionWords {
  const { onRecord, missing, lacking, strange, completeSince, open, uncounted } = sessions;
  const known = relays.filter(({ clockKnown }) => clockKnown).map(({ host }) => printable(host, 64));
  const of = `of the ${counted(onRecord, 'session')} by which the run sent`;
  return {
    lacking: [
      ...(missing
        ? [`${n(missing.sessions)} ${of} ${isOrAre(missing)} not in these logs (${opened(missing)})`]
        : []),
      ...(lacking
        ? [
            `in ${n(lacking.sessions)} ${of} (${opened(lacking)}) the relay counted other messages than these logs have`,
          ]
        : []),
      ...(strange > 0
        ? [`messages to customers came by ${counted(strange, 'session')} that no worker has on record`]
        : []),
      ...(onRecord === 0 && sent > 0 && strange === 0
        ? ['no session of the run is on record, as an older version left it']
        : []),
      ...(completeSince !== null
        ? [`the ledger had lost commits (reconcile), and may lack sessions from before ${utc(completeSince)}`]
        : []),
    ],
    todo: [
      ...(missing && missing.withinLogs < missing.sessions
        ? [`Name the files of that time too, the rotated ones, of ${known.join(' and ')}.`]
        : []),
      ...(missing && missing.withinLogs > 0
        ? [
            `${known.join(' and ')} ${known.length === 1 ? 'has' : 'have'} other lines of the time of ${n(missing.withinLogs)} of them: name the log of every other relay that took messages too, or a file is missing in between.`,
          ]
        : []),
      ...(lacking
        ? ['Lines were dropped, or files changed: name the whole files as the relay wrote them.']
        : []),
      ...(strange > 0
        ? [
            'Something stands between the workers and that relay, or the ledger has lost sessions: name its log, too.',
          ]
        : []),
    ],
    beside: [
      ...(open > 0
        ? [
            ` ${n(open)} ${of} have no end in these logs: they are open (a worker parts ten seconds after its last mail: ask again then), or the relay was killed. Of them these logs have the lines, and nothing to check them by.`,
          ]
        : []),
      ...(uncounted > 0
        ? [
            ` In ${n(uncounted)} ${of} nobody counted all that was taken (a Postfix before 3.0, the next one began in the same second, or the worker was gone at the last message): there these logs have the lines, and nothing to check them by.`,
          ]
        : []),
    ].join(''),
  };
}

function isOrAre({ sessions }: SessionGapProof): string {
  return sessions === 1 ? 'is' : 'are';
}

function opened({ sessions, from, to }: SessionGapProof): string {
  return sessions === 1 ? `opened at ${utc(from)}` : `opened from ${utc(from)} to ${utc(to)}`;
}
