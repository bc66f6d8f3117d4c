import type { Outgoing } from '../../src/smtp/outcome';

/** A message to customer `n`, told apart by its subject. */
export function outgoing(n: number, changes: Partial<Outgoing<number>> = {}): Outgoing<number> {
  return {
    key: n,
    address: `customer${n}@shop.test`,
    from: 'care@shop.test',
    content: Buffer.from(contentOf(n)),
    smtputf8: false,
    ...changes,
  };
}

export function contentOf(n: number): string {
  return `Subject: notice ${n}\r\n\r\nHello ${n}\r\n`;
}

export function outgoings(count: number, first = 1): Outgoing<number>[] {
  return Array.from({ length: count }, (_, i) => outgoing(first + i));
}
