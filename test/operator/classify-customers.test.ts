import type { ScannedCustomer } from '../../src/company/scan-customers';
import { classifyCustomers } from '../../src/operator/classify-customers';
import { wholeIncident } from '../incident/example-incident';

test('of addresses with marks that nobody sees the dry run names the marks, each once, the first eight kinds (C107)', () => {
  const { add, result } = classifyCustomers(wholeIncident(), true, () => true);
  const marks = '\ufe0f\u3164\u115f\u17b4\u2800\u034f\ufeff\u00ad\u200b\ufe0f'.split('');
  const customer = (email: string, i: number) =>
    ({
      id: String(i),
      email,
      name: null,
      language: null,
      country: null,
      region: null,
      disposition: 'expired',
    }) as ScannedCustomer;
  add([...marks.map((mark) => `a${mark}b@x.test`), 'two@x.test, x@x.test', 'ann@x.test'].map(customer));
  expect(result.told).toBe(1);
  expect(result.skipped['address-unreadable']).toEqual({
    customers: 10,
    examples: ['0', '1', '2', '3', '4'],
    codePoints: ['U+FE0F', 'U+3164', 'U+115F', 'U+17B4', 'U+2800', 'U+034F', 'U+FEFF', 'U+00AD'],
  });
  expect(result.skipped['several-addresses']).toEqual({ customers: 1, examples: ['10'] });
});
