import { greetingName } from '../../src/incident/greeting-name';
import type { Incident } from '../../src/incident/incident-schema';
import { compileNotices } from '../../src/notice/compile-notice';
import { messageId } from '../../src/notice/message-headers';
import { renderNotice } from '../../src/notice/render-notice';
import { NAMES } from '../seed/customer-names';
import { pick, randomFrom } from '../seed/random';

/** All that makes a message of a customer's row: greeting rule, Message-ID, MIME. @returns it, for the sending benchmarks. */
export async function renderer(file: Incident): Promise<(customer: number) => { to: string; raw: Buffer }> {
  const notices = await compileNotices(file);
  const notice = notices.variants.get('en/default/expired')!;
  const key = Buffer.alloc(32, 7);
  const random = randomFrom(1);
  const names = Array.from({ length: 1000 }, () => pick(NAMES, random));
  const from = file.from.address.split('@')[1]!;
  return (customer) => {
    const to = `customer${customer}@mail.test`;
    const greeting = greetingName(names[customer % names.length]!);
    const id = { incident: file.id, wave: 'notice' as const, customerId: String(customer), role: 'primary' };
    return {
      to,
      raw: renderNotice(notice, {
        name: 'name' in greeting ? greeting.name : null,
        address: to,
        messageId: messageId(key, id, from),
        date: Date.now(),
      }),
    };
  };
}

/** Microseconds a message. */
export function benchRender(render: (customer: number) => { raw: Buffer }, messages: number): number {
  for (let i = 0; i < messages / 10; i++) render(i); // compiled by the engine first, as after a second of any run
  const startedAt = performance.now();
  for (let i = 0; i < messages; i++) render(i);
  return ((performance.now() - startedAt) * 1000) / messages;
}
