const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time as syslog writes it: `Nov 25 03:16:54` in the machine's zone, or RFC 3339 in UTC with milliseconds. */
export function logTime(form: 'syslog' | 'rfc3339'): () => string {
  if (form === 'rfc3339') return () => new Date().toISOString();
  let second = 0;
  let stamp = '';
  return () => {
    const ms = Date.now();
    if (Math.floor(ms / 1000) !== second) {
      second = Math.floor(ms / 1000);
      stamp = syslogTime(new Date(ms));
    }
    return stamp;
  };
}

function syslogTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = String(at.getDate()).padStart(2, ' ');
  return `${MONTHS[at.getMonth()]} ${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
