/**
 * Which of the relay's sessions are a lane's, from 0: every so many-th, so that the lanes share them all, and none is two lanes'. Where there
 * are more lanes than sessions some take turns at one.
 * @param lane its name ends with its number, from 1 on, where there are several.
 */
export function slotsOf(lane: string, lanes: number, sessions: number): number[] {
  const nth = lanes === 1 ? 0 : Number(/\d+$/.exec(lane)?.[0] ?? 1) - 1;
  const own = Array.from({ length: sessions }, (_, slot) => slot).filter((slot) => slot % lanes === nth);
  return own.length > 0 ? own : [nth % sessions];
}
