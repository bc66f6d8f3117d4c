import { inspectDeletedPasswords } from '../../src/company/inspect/inspect-deletions';
import { type OwnCompany, ownCompany } from './own-company';

let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});

test.each([
  ["kind <> 'totp'", 2],
  ["kind = 'totp'", 0],
])('passwords among the rows that the run deletes where %s: %d (I5)', async (where, passwords) => {
  company = await ownCompany('deleted', {
    mapping: {
      customers: { table: 'users', key: 'id', email: 'email' },
      retire: [
        { table: 'credentials', key: 'owner', column: 'secret', dead: '', usable: "kind = 'password'" },
        { table: 'users', key: 'id', column: 'old', dead: null },
      ],
      revoke: [{ table: 'Credentials', key: 'owner', where, delete: 'rows' }],
    },
    make: [
      'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(99), old VARCHAR(60))',
      'CREATE TABLE %s.credentials (owner INT, kind VARCHAR(20), secret VARCHAR(60), KEY (owner))',
    ],
  });
  await company.insert('credentials', [
    { owner: 1, kind: 'password', secret: 'h' },
    { owner: 2, kind: 'password', secret: 'h' },
    { owner: 3, kind: 'password', secret: '' },
    { owner: 3, kind: 'totp', secret: 's' },
    { owner: 3, kind: 'device', secret: 's' },
  ]);
  const findings = await inspectDeletedPasswords(company.database.db, company);
  expect(findings.map(({ severity, what }) => `${severity} ${what}`)).toEqual(
    passwords === 0
      ? []
      : [
          'stops 2 rows that database.revoke.0 deletes hold passwords of database.retire.0: those chosen after the cutoff would go too',
        ],
  );
});
