import { changed, type InspectionCase, select, testInspection, time } from './inspection-cases';
import { referenceMapping } from './reference-mapping';

const TIMES: Record<string, InspectionCase> = {
  'a day where an instant is needed (C59)': {
    make: [
      'ALTER TABLE %s.customers MODIFY password_set_at DATE, MODIFY created_at DATE',
      'ALTER TABLE %s.sessions MODIFY created_at DATE',
    ],
    expected: [
      [/^stops customers\.created_at is date, a day without a time/, /CAST\(created_at AS DATETIME\)/],
      [/^stops customers\.password_set_at is date/, /leave it out/],
      [/^stops sessions\.created_at is date/, /leave it out/],
    ],
    followed: {
      ...select(
        'SELECT id, email, first_name, language, CAST(created_at AS DATETIME) AS created_at FROM {schema}.customers',
      ),
      retire: [{ table: 'customers', key: 'id', column: 'password_hash', dead: null }],
      revoke: [
        { table: 'sessions', key: 'customer_id', delete: 'rows' },
        ...referenceMapping().revoke.slice(1),
      ],
    },
  },
  'numbers where the file says times, and the reverse (C60)': {
    make: [
      'ALTER TABLE %s.sessions MODIFY created_at INT',
      'ALTER TABLE %s.api_tokens MODIFY created_at INT UNSIGNED',
    ],
    mapping: changed((mapping) => {
      mapping.retire[0]!.setAt = { column: 'password_set_at', as: 'unixSeconds' };
      mapping.revoke[1]!.createdAt = { column: 'created_at', as: 'unixMilliseconds' };
    }),
    expected: [
      [/password_set_at is datetime, and the file says unixSeconds/, /as: datetime, with the zone/],
      [/sessions\.created_at is int\S*, and the file says datetime/, /as: a number/],
      [/api_tokens\.created_at is int.*too small for unixMilliseconds/, /correct as:/],
    ],
    followed: changed((mapping) => {
      mapping.revoke[0]!.createdAt = { column: 'created_at', as: 'unixSeconds' };
      mapping.revoke[1]!.createdAt = { column: 'created_at', as: 'unixSeconds' };
    }),
  },
  'a TIMESTAMP under a zone (C61)': {
    make: ['ALTER TABLE %s.sessions MODIFY created_at TIMESTAMP NULL'],
    expected: [
      [/sessions\.created_at is timestamp, and the file says datetime/, /as: timestamp, without zone/],
    ],
    followed: changed((mapping) => {
      mapping.revoke[0]!.createdAt = { column: 'created_at', as: 'timestamp' };
    }),
  },
  'a time of the row, by its ON UPDATE and by its name (C64)': {
    make: [
      'ALTER TABLE %s.customers MODIFY password_set_at DATETIME NULL ON UPDATE CURRENT_TIMESTAMP, ADD updatedAt DATETIME, ADD old_password VARCHAR(99)',
    ],
    mapping: changed((mapping) => {
      mapping.retire.push({
        table: 'customers',
        key: 'id',
        column: 'old_password',
        dead: null,
        setAt: time('updatedAt'),
      });
    }),
    expected: [
      [/password_set_at changes by itself .*when a password was set/, /leave it out/],
      [/updatedAt is, by its name, when the row was last changed/, /leave it out/],
    ],
    followed: changed((mapping) => {
      delete mapping.retire[0]!.setAt;
      mapping.retire.push({ table: 'customers', key: 'id', column: 'old_password', dead: null });
    }),
  },
};

/** Names of a row's last change and of a last use, in each place where the file takes a time (C64). */
const MOVING: [column: string, says: RegExp][] = [
  ['last_login_at', /when the account was last used/],
  ['customer_lastvisit', /when the account was last used/],
  ['LastActivityDate', /when the account was last used/],
  ['last_seen', /when the account was last used/],
  ['current_sign_in_at', /when the account was last used/],
  ['access_time', /when the account was last used/],
  ['tstamp', /when the row was last changed/],
  ['mtime', /when the row was last changed/],
  ['lastModified', /when the row was last changed/],
  ['modified', /when the row was last changed/],
  ['updated_at', /when the row was last changed/],
  ['date_upd', /when the row was last changed/],
  ['time_modified', /when the row was last changed/],
];
for (const [column, says] of MOVING) {
  const make = [`ALTER TABLE %s.customers ADD ${column} DATETIME`];
  const name = new RegExp(`^stops customers\\.${column} is, by its name, ${says.source}`);
  TIMES[`${column} as the time of a password`] = {
    make,
    mapping: changed((mapping) => {
      mapping.retire[0]!.setAt = time(column);
    }),
    expected: [[new RegExp(`${name.source}, not when a password was set`), /leave it out/]],
  };
  TIMES[`${column} as the time of an account`] = {
    make,
    mapping: changed((mapping) => {
      mapping.customers.createdAt = time(column);
    }),
    expected: [
      [new RegExp(`${name.source}, not when the account was made: .* and not be told`), /createdAt: null/],
    ],
  };
}
Object.assign(TIMES, {
  'the time of a last change that a SELECT gives': {
    make: ['ALTER TABLE %s.customers ADD updated_at DATETIME'],
    mapping: select('SELECT id, email, first_name, language, updated_at FROM {schema}.customers', {
      createdAt: time('updated_at'),
    }),
    expected: [
      [/^stops the SELECT\.updated_at is, by its name, when the row was last changed/, /createdAt: null/],
    ],
  },
  'the time of the last use of a session': {
    make: ['ALTER TABLE %s.sessions ADD last_activity DATETIME, ADD login_time DATETIME'],
    mapping: changed((mapping) => {
      mapping.revoke[0]!.createdAt = time('last_activity');
    }),
    expected: [
      [
        /^stops sessions\.last_activity is, by its name, when the row was last used, not when the row was made: .* stay open/,
        /leave it out: then every row of a customer goes/,
      ],
    ],
    followed: changed((mapping) => {
      mapping.revoke[0]!.createdAt = time('login_time');
    }),
  },
  'times of passwords and of accounts, whatever they are called': {
    make: [
      'ALTER TABLE %s.customers ADD password_last_changed DATETIME, ADD last_password_update DATETIME, ADD date_add DATETIME, ADD registration_time DATETIME',
    ],
    mapping: changed((mapping) => {
      mapping.customers.createdAt = time('registration_time');
      mapping.retire[0]!.setAt = time('password_last_changed');
      mapping.revoke = [
        { table: 'sessions', key: 'customer_id', createdAt: time('created_at'), delete: 'rows' },
        ...mapping.revoke.slice(1),
      ];
    }),
    expected: [],
  },
} satisfies Record<string, InspectionCase>);

testInspection(TIMES);
