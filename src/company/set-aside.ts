import { OPEN } from '../incident/open-answer';
import { type CompanyCatalog, columnsOf, findColumn } from './catalog';
import { isAccounts, isStaffTable } from './credential-tables';
import { keyColumnOf } from './customer-columns';
import type { Draft } from './draft';
import type { CredentialFinding } from './find-credentials';
import { isHistory, mayHoldPasswords } from './password-columns';
import { isSure, type LinkTarget, linksTo, ownerOf } from './table-links';
import { isView, viewWords } from './view-bases';

/** What looks like a credential and has no entry: an open reason, so that somebody looks before it is passed over. */
export function setAside(
  draft: Draft,
  catalog: CompanyCatalog,
  target: LinkTarget,
  finding: CredentialFinding,
): void {
  const { table, column, kind, why } = finding;
  const name = column === null ? table : `${table}.${column}`;
  const value: Record<string, unknown> = { table, ...(column === null ? {} : { column }), because: OPEN };
  const view = isView(catalog, table);
  const owned = linksTo(catalog, table, target).length > 0 || table === target.table;
  const others = othersAccounts(catalog, table, target);
  draft.ignored.push({
    value,
    because: { table: `looks like ${why}` },
    asks: [{ at: 'because', ...questionOf() }],
  });
  if (kind === 'session' && !owned && !view && others === null)
    draft.stated.push({
      value: {
        what: `Sessions in ${table}, which has no column that says whose they are`,
        ended: OPEN,
        by: OPEN,
      },
      asks: ['ended', 'by'].map((at) => ({
        at,
        question: `How will the sessions in ${table} be ended, and by whom?`,
        todo: `No statement can tell the customers' sessions from others. Write how, such as "table emptied right after the expiry" or "the application compares each with the password", and who.`,
      })),
    });

  function questionOf() {
    if (view)
      return {
        question: `${name} is ${column === null ? '' : 'in '}${viewWords(catalog, table)}. Whose is it, and how was it ended?`,
        todo: 'The run writes only to tables of this schema. If it is the customers\', run a response on the schema that holds it, or end it by hand right before the start and say so under stated. Then write e.g. because: "ended as stated".',
      };
    if (isStaffTable(table))
      return {
        question: 'Credentials of the staff were read too. How were they ended?',
        todo: 'This response ends what is the customers\'. Write e.g. because: "of the staff: all reset by hand on 16 January".',
      };
    if (others !== null)
      return {
        question: `${table} has ${others === table ? 'accounts of its own' : `credentials of the accounts in ${others}`}. Whose are they, and how were ${others === table ? 'their credentials' : 'they'} ended?`,
        todo: `If customers sign in by it too, it needs a separate response: map --customers ${others}. Else write e.g. because: "of the staff: all reset by hand on 16 January".`,
      };
    const [link] = linksTo(catalog, table, target);
    if (kind === 'token' && column === null && link !== undefined && mayHoldPasswords(catalog, table, link))
      return {
        question: `${table} has one row for each customer. Is it the password, in a column that is not called so, or what a login opened?`,
        todo: `Look at a row. If it is the password, make a retire entry for its column (table: ${table}, key: ${link.column}, column, dead). If it is a session or a token, make a revoke entry with delete: rows. Then delete this.`,
      };
    if (kind === 'secondFactor')
      return {
        question: 'Second factors were read too. Shall the customers set them up again?',
        todo: 'If so, make a revoke entry for it. If not, write e.g. because: "a second factor alone lets nobody in".',
      };
    if (kind === 'session' && !owned)
      return {
        question: `${table} has no column that says whose a session is. Are they ended as stated above?`,
        todo: 'Write e.g. because: "ended as a whole, see stated".',
      };
    if (kind === 'keyValue')
      return {
        question: `May a credential be among the keys of ${name}?`,
        todo: 'Count its rows by key. For each that is one make a revoke entry with that key in where. Then write e.g. because: "no other key is a credential".',
      };
    const history = column === null ? undefined : findColumn(catalog, table, column)!;
    if (history !== undefined && (isHistory(history) || (kind === 'password' && history.type === 'json')))
      return {
        question: `Are the earlier passwords in ${name} only compared with new ones?`,
        todo: 'If so, write e.g. because: "nobody signs in by them". If somebody can, make a retire entry for it.',
      };
    return {
      question: owned
        ? `What is ${name}, and does it let a customer in?`
        : `What is ${name}, and whose is it?`,
      todo: 'If it lets a customer in, make a revoke entry for it (key, via or email; delete: rows, or column and dead). If not, write why.',
    };
  }
}

/** The table of other accounts that the credential is of: its own, or one that it points to. Null: none, or it is the customers'. */
function othersAccounts(catalog: CompanyCatalog, table: string, target: LinkTarget): string | null {
  if (table === target.table || ownerOf(catalog, table, target) !== null) return null;
  const accounts = catalog.tables
    .map(({ name }) => name)
    .filter((name) => name !== target.table && isAccounts(name, columnsOf(catalog, name)))
    .filter((name) => ownerOf(catalog, name, target) === null);
  if (accounts.includes(table)) return table;
  const pointedTo = accounts.find((name) => {
    const key = keyColumnOf(catalog, name)?.column.name;
    return key !== undefined && linksTo(catalog, table, { table: name, key, email: null }).some(isSure);
  });
  return pointedTo ?? null;
}
