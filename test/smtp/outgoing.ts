import type { Outgoing } from '../../src/smtp/outcome';

/** A message to customer `n`, told apart by its subject. */
export function outgoing(number: number, changes: Partial<Outgoing<number>> = {}): Outgoing<number> {
  return {
    key: number,
    address: `customer${number}@shop.test`,
    from: 'care@shop.test',
    content: Buffer.from(contentOf(number)),
    smtputf8: false,
    ...changes,
  };
}

export function contentOf(number: number): string {
  return `Subject: notice ${number}\r\n\r\nHello ${number}\r\n`;
}

export function outgoings(count: number, first = 1): Outgoing<number>[] {
  return Array.from({ length: count }, (_, i) => outgoing(first + i));
}
