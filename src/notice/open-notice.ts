/** A rendered notice taken apart again, for previews: what the customer's program will show. */
export interface OpenedNotice {
  /** Header lines as sent, unfolded. */
  headers: string[];
  text: string;
  html: string;
}

/** Opens a message made by renderNotice (not any other mail). */
export function openNotice(message: Buffer): OpenedNotice {
  const source = message.toString('utf8');
  const headerEnd = source.indexOf('\r\n\r\n');
  const headers = source.slice(0, headerEnd).replace(/\r\n /g, ' ').split('\r\n');
  const boundary = /boundary="([^"]+)"/.exec(source.slice(0, headerEnd))?.[1];
  const [, text, html] = source.slice(headerEnd).split(`\r\n--${boundary}`);
  return { headers, text: decodedBody(text ?? ''), html: decodedBody(html ?? '') };
}

function decodedBody(part: string): string {
  const body = part.slice(part.indexOf('\r\n\r\n') + 4);
  const octets = body
    .replace(/=\r\n/g, '')
    .replace(/\r\n/g, '\n')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString('utf8');
}
