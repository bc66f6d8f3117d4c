import type { Judgement } from './judge';

export interface Figures extends Judgement {
  customers: number;
  kills: number;
  seed: number;
  /** In doubt before anybody settled, whatever had put them there (a killed relay, a cut connection too). */
  inDoubtSeen: number;
  inDoubtLeft: number;
  /** The most that one kill -9 of a worker put in doubt, of those that could be measured (the database was up). */
  inDoubtMaxPerKill: number;
  killsMeasured: number;
  closed: boolean;
  seconds: number;
  killsByKind: Record<string, number>;
}

/**
 * One a session of the killed worker, of which the example's file has eight; and as many again where the relay had been killed a
 * moment before, whose cut sessions the worker had not written down yet.
 */
const MOST_PER_KILL = 16;

/** What is wrong; empty: every promise held. */
export function brokenPromises(figures: Figures): string[] {
  const none = [
    'acceptedTwiceOrMore',
    'neverAccepted',
    'remindedTwiceOrMore',
    'remindedAfterChoosing',
    'neverReminded',
    'inDoubtLeft',
    'oldPasswordsAlive',
    'passwordsClobbered',
  ] as const;
  return [
    ...none.filter((name) => figures[name] !== 0).map((name) => `${name} is ${figures[name]}, not 0`),
    ...(figures.inDoubtMaxPerKill > MOST_PER_KILL
      ? [`one kill put ${figures.inDoubtMaxPerKill} in doubt, more than ${MOST_PER_KILL}`]
      : []),
    ...(figures.auditBroken ? ['the audit chain is broken'] : []),
    ...(figures.closed ? [] : ['the run did not close']),
    ...(figures.acceptedOnce === 0 ? ['nobody was told'] : []),
    ...(figures.remindedOnce === 0 ? ['nobody was reminded'] : []),
  ];
}
