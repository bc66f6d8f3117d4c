/** The first breach of RFC 5322, 2045 or 5321 in a message; null when there is none. */
export function wireFault(message: string): string | null {
  if (/[^\r\n\x20-\x7e]/.test(message)) return 'an octet that is not printable ASCII';
  if (/\r(?!\n)|(?<!\r)\n/.test(message)) return 'a bare CR or LF';
  if (!message.endsWith('\r\n')) return 'no line end at the end';
  const boundary = /boundary="([^"]+)"/.exec(message)![1]!;
  if (!boundary.startsWith('=_')) return 'a boundary that quoted-printable could hold';
  const [head, ...parts] = message.split(`--${boundary}`);
  if (parts.length !== 3 || parts[2] !== '--\r\n' || parts.join('').includes(boundary))
    return 'a boundary in the content';
  for (const line of head!.split('\r\n')) if (line.length > 998) return 'a header line over 998';
  for (const line of message.split('\r\n'))
    if (line.startsWith('.')) return `a line that begins with a dot: ${line}`;
  const bodies = parts.map((part) => part.slice(part.indexOf('\r\n\r\n')));
  for (const line of bodies.slice(0, 2).join('').split('\r\n')) {
    if (line.length > 76) return `an encoded line of ${line.length}: ${line}`;
    if (/[ \t]$/.test(line)) return `a line that ends with a space: ${line}`;
    if (/=(?![0-9A-F]{2}|$)/.test(line)) return `not quoted-printable: ${line}`;
  }
  return null;
}
