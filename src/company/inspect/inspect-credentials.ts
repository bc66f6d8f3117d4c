import type { DatabaseMapping } from '../../incident/database-schema';
import { type CompanyCatalog, columnsOf } from '../catalog';
import { type CredentialFinding, keyValueColumns, type SeenKeys } from '../find-credentials';
import { uncoveredCredentials } from '../uncovered-credentials';
import { isView, viewWords } from '../view-bases';
import { type CompanyFinding, type Subject, stops, warns } from './finding';
import { GRANT_IT } from './refusal';

/** Asked of the tables that are written, in inspect-triggers.ts. */
const OF_TRIGGERS = 'whether tables have triggers';

/**
 * What looks like a credential and the file says nothing of: it would outlive the expiry, unseen (C40, C65-C67).
 * @param meant the file with its misspelt names corrected, so that one slip is told once.
 */
export function inspectCredentials(
  { catalog }: Subject,
  meant: DatabaseMapping,
  seenKeys: SeenKeys = {},
): CompanyFinding[] {
  return [
    ...uncoveredCredentials(catalog, meant, seenKeys)
      .filter((finding) => !lacksCondition(meant, finding))
      .map((finding) => uncovered(catalog, finding)),
    ...catalog.unseen
      .filter((unseen) => !unseen.startsWith(OF_TRIGGERS))
      .map((unseen) =>
        warns(
          `This user cannot see ${unseen}: this dry run says nothing about it`,
          `to see it, ${GRANT_IT}; or let somebody who sees it run the dry run`,
        ),
      ),
  ];
}

/** That its entry has no condition is told by itself, in inspect-owners.ts. */
function lacksCondition({ revoke }: DatabaseMapping, { table, kind }: CredentialFinding): boolean {
  return kind === 'keyValue' && revoke.some((entry) => entry.table === table && entry.where === undefined);
}

function uncovered(catalog: CompanyCatalog, { table, column, why }: CredentialFinding): CompanyFinding {
  const name = column === null ? table : `${table}.${column}`;
  const place = column === null ? `table: ${table}` : `table: ${table}, column: ${column}`;
  if (isView(catalog, table))
    return stops(
      `${name} looks like ${why}, in ${viewWords(catalog, table)}, and the file does not mention it`,
      `if it lets somebody in: name the table under the view in database.retire or database.revoke if it is in this schema; if not, end it there and say so under database.stated. Then, or if it is no credential, write {${place}, because: and why} under database.ignored`,
    );
  return stops(
    `${name} looks like ${why}, and the file does not mention it`,
    `if it lets somebody in, name it under database.retire (a password) or database.revoke (what a password opened); if not, write {${place}, because: and why} under database.ignored`,
  );
}

/** Key/value tables of accounts, whose keys are worth a look: each with its column of keys. */
export function keyValueTables({ catalog }: Subject): { table: string; key: string }[] {
  return catalog.tables.flatMap(({ name, kind }) => {
    const pair = kind === 'view' ? null : keyValueColumns(name, columnsOf(catalog, name));
    return pair === null ? [] : [{ table: name, key: pair.key }];
  });
}
