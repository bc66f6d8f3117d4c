import { inspectPackets, largestStatements } from '../../src/company/inspect/inspect-packets';
import { keyBytesOf } from '../../src/company/key-column';
import { testIncident } from '../notice/test-incident';

test('a max_allowed_packet that holds every statement of the run is no finding', () => {
  expect(
    inspectPackets(16_777_216, largestStatements(testIncident(), keyBytesOf('bigint unsigned'))),
  ).toBeNull();
});

test('a max_allowed_packet that the incident does not fit is named, with what to type', () => {
  const incident = { ...testIncident(), title: `"${'é'.repeat(900_000)}` };
  const finding = inspectPackets(1_048_576, largestStatements(incident, 20))!;
  expect(finding.what).toMatch(
    /max_allowed_packet is 1,048,576 octets: .*the incident's row with its file \(up to 1,8\d\d,/,
  );
  expect(finding.what).not.toContain('5,000');
  expect(finding.todo).toContain('SET GLOBAL max_allowed_packet = 2097152');
});

test('each statement that does not fit is named, the largest first', () => {
  expect(inspectPackets(16_384, largestStatements(testIncident(), 20))?.what).toMatch(
    /deleting by 500 addresses.*a decision about 5,000 notices.*a claim of 200 notices/,
  );
});

test.each([
  ['bigint unsigned', 20],
  ['int(10) unsigned', 20],
  ['varchar(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', 764],
  ['char(36)', 144],
  ['binary(16)', 35],
])('a key of type %s takes %d octets at most', (sqlType, bytes) => {
  expect(keyBytesOf(sqlType)).toBe(bytes);
});
