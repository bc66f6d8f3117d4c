import { MOST_PER_SECOND } from './pacer';

/**
 * Reads a rate as a person types it: `200` or `200/s`, messages per second. Only whole numbers from 1 to 1,000,000 (C51);
 * anything else comes back as a problem that says what to write, and the rate in effect stays.
 */
export function parseRate(typed: string): { perSecond: number } | { problem: string } {
  const digits = /^\s*(\d{1,9})\s*(?:\/\s*s(?:ec(?:ond)?)?)?\s*$/.exec(typed)?.[1];
  const perSecond = Number(digits);
  if (digits !== undefined && perSecond >= 1 && perSecond <= MOST_PER_SECOND) return { perSecond };
  const stop =
    /^\s*[-+]?0*(?:[.,]0*)?\s*(?:\/|$)/.test(typed) && typed.trim() !== '' ? '; to stop the mail, pause' : '';
  const found = typed.trim() === '' ? 'nothing' : `"${typed.trim().slice(0, 40)}"`;
  return {
    problem: `the rate: found ${found}, write a whole number from 1 to 1000000, such as 200/s${stop}`,
  };
}
