let second = Number.NaN;
let written = '';

/** An instant as RFC 5322 writes it, in UTC. A second's text is kept: thousands of messages share it. */
export function mailDate(instant: Date | number): string {
  const now = Math.floor(Number(instant) / 1000);
  if (now !== second) {
    const text = new Date(now * 1000).toUTCString();
    if (text === 'Invalid Date') throw new RangeError('A message needs a valid date');
    written = text.replace('GMT', '+0000');
    second = now;
  }
  return written;
}
