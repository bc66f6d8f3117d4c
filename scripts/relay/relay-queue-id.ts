/** Postfix's alphabet for long queue ids: no vowels, so that no id is a word. */
const DIGITS = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxy';

/**
 * Queue ids in the long form of Postfix (enable_long_queue_ids): time, a `z`, and what makes it unique. Never repeated, also
 * not after a restart: the start's microsecond and the process are in each.
 */
export function queueIds(startedAtMs: number, pid: number): () => string {
  const prefix = inBase51(startedAtMs);
  const suffix = `z${inBase51(pid)}`;
  let count = 0;
  return () => `${prefix}${inBase51(count++).padStart(4, '0')}${suffix}`;
}

function inBase51(value: number): string {
  let digits = '';
  for (let rest = value; rest > 0 || digits === ''; rest = Math.floor(rest / DIGITS.length)) {
    digits = DIGITS[rest % DIGITS.length] + digits;
  }
  return digits;
}

/** Postfix's usual ones: the microsecond and the queue file's inode, in hexadecimal; where both come again, the id does. */
export function shortQueueIds(): () => string {
  let count = 0;
  return () => {
    const microsecond = Math.floor((performance.timeOrigin + performance.now()) * 1000) % 1_000_000;
    const inode = 0x9e6600 + (count++ % 4_096);
    return `${hex(microsecond).padStart(5, '0')}${hex(inode)}`;
  };
}

function hex(value: number): string {
  return value.toString(16).toUpperCase();
}
