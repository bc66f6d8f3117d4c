import type { CompanyCatalog } from './catalog';
import { rowsLook } from './credential-tables';
import { keyColumnOf } from './customer-columns';
import { nameWords } from './name-words';
import { isSure, type LinkTarget, linksTo, ownerOf, type TableLink } from './table-links';

/** A way to the customer over one table between. */
export interface Via {
  between: string;
  /** How the table between belongs to the customer. */
  owner: TableLink;
  /** How a row belongs to one of the table between. */
  link: TableLink;
}

/** C71: the tables between that belong to the customer, where this one points to them; those that the server knows first. */
export function viasOf(catalog: CompanyCatalog, table: string, target: LinkTarget): Via[] {
  const vias = betweenTables(catalog, target).flatMap(({ between, owner, key }): Via[] => {
    if (between === table) return [];
    const link = linksTo(catalog, table, { table: between, key, email: null }).find(
      ({ by, column }) =>
        by === 'foreign key' ||
        (by === 'name and type' && isIdName(column) && rowsLook(catalog, between, false) !== null),
    );
    return link === undefined ? [] : [{ between, owner, link }];
  });
  const declared = vias.filter(({ link }) => link.by === 'foreign key');
  return declared.length > 0 ? declared.slice(0, 1) : vias;
}

/** Mattermost's Tokens.Token is the token itself, and no id of UserAccessTokens. */
function isIdName(column: string): boolean {
  return nameWords(column).some((word) => word === 'id' || word === 'uuid' || word === 'key');
}

interface Between {
  between: string;
  owner: TableLink;
  key: string;
}

/** Tables that belong to the customer and have a key that others can point to. */
function betweenTables(catalog: CompanyCatalog, target: LinkTarget): Between[] {
  const tables =
    betweenByTarget.get(target) ??
    catalog.tables.flatMap(({ name }): Between[] => {
      if (name === target.table) return [];
      const owner = ownerOf(catalog, name, target);
      const key = owner === null ? undefined : keyColumnOf(catalog, name)?.column.name;
      if (owner === null || key === undefined || !isSure(owner)) return [];
      return [{ between: name, owner, key }];
    });
  betweenByTarget.set(target, tables);
  return tables;
}

const betweenByTarget = new WeakMap<LinkTarget, Between[]>();
