import { queueIdIn } from '../../src/smtp/reply-text';

test.each([
  ['2.0.0 Ok: queued as 4ZxW1q0F8Dz9rQ', '4ZxW1q0F8Dz9rQ'],
  ['2.0.0 Ok: queued as 3F2A1B', '3F2A1B'],
  ['Ok: queued as <0a1b-2c3d>', '0a1b-2c3d'],
  ['OK id=1rTAbc-000Xyz-2f', '1rTAbc-000Xyz-2f'],
  ['2.0.0 41P6k0bU012345 Message accepted for delivery', '41P6k0bU012345'],
  ['2.0.0 8d8f8e31 Message accepted for delivery', '8d8f8e31'],
  ['2.6.0 <a@b> [InternalId=12345, Hostname=x] Queued mail for delivery', '12345'],
  ['Ok 0100018d2f3c4a5b-aaaabbbb-cccc-000000', '0100018d2f3c4a5b-aaaabbbb-cccc-000000'],
  ['2.0.0 OK  1705370000 d2e1a72fcca58-6d9b gsmtp', '1705370000'],
  ['Message Queued (5A1C3F0E-9B2D-4E77-8C5A-0123456789AB.1)', '5A1C3F0E-9B2D-4E77-8C5A-0123456789AB'],
  ['ok 1705370000 qp 4711', '4711'],
  [`queued as ${'A'.repeat(99)}`, 'A'.repeat(64)],
  ['2.0.0 Ok', null],
  ['', null],
])('%s', (text, id) => {
  expect(queueIdIn(text)).toBe(id);
});
