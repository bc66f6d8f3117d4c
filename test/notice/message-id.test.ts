import { messageId } from '../../src/notice/message-headers';

const key = Buffer.alloc(32, 7);
const recipient = {
  incident: 'harbour-2024',
  wave: 'notice',
  customerId: '18446744073709551615',
  role: 'primary',
} as const;

test('the id is the same each time: lower-case hex of 160 bits at the From domain', () => {
  expect(messageId(key, recipient, 'Shop.test')).toBe(messageId(key, { ...recipient }, 'shop.test'));
  expect(messageId(key, recipient, 'shop.test')).toMatch(/^[0-9a-f]{40}@shop\.test$/);
});

test('the id differs by key, incident, wave, customer and role, also where one runs into the next', () => {
  const ids = [
    messageId(key, recipient, 'shop.test'),
    messageId(Buffer.alloc(32, 8), recipient, 'shop.test'),
    messageId(key, { ...recipient, incident: 'harbour-2025' }, 'shop.test'),
    messageId(key, { ...recipient, wave: 'reminder' }, 'shop.test'),
    messageId(key, { ...recipient, customerId: '18446744073709551614' }, 'shop.test'),
    messageId(key, { ...recipient, role: 'second' }, 'shop.test'),
    messageId(key, { ...recipient, customerId: 'a","b', role: 'c' }, 'shop.test'),
    messageId(key, { ...recipient, customerId: 'a', role: 'b","c' }, 'shop.test'),
    messageId(key, { ...recipient, customerId: '\uD800' }, 'shop.test'),
    messageId(key, { ...recipient, customerId: '\uFFFD' }, 'shop.test'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
