import { type QueryExecutorProvider, sql } from 'kysely';
import { quotedName } from './dialect';

export interface Grants {
  /** As GRANT ... TO needs it, such as 'shop'@'%'. */
  user: string;
  /** Whether the user has this privilege on all tables of the schema; true where a role hides what there is. */
  may(privilege: string): boolean;
  /** The same of one table. */
  mayOn(table: string, privilege: string): boolean;
  /** The same of every schema of the server; false where only a role may have it. */
  everywhere(privilege: string): boolean;
}

/** What SHOW GRANTS says of a schema, which need not exist yet. */
export async function grantsFor(db: QueryExecutorProvider, schema: string): Promise<Grants> {
  const { rows } = await sql<Record<string, string>>`SHOW GRANTS`.execute(db);
  const lines = rows.map((row) => Object.values(row)[0]!);
  const { rows: who } = await sql<{ user: string }>`SELECT CURRENT_USER() AS user`.execute(db);
  const [name, host] = who[0]!.user.split('@');
  const may = (privilege: string) => mayBy(lines, schema, privilege);
  return {
    user: `'${name}'@'${host}'`,
    may,
    mayOn: (table, privilege) => may(privilege) || mayOnTable(lines, schema, table, privilege),
    everywhere: (privilege) =>
      mayBy(
        lines.filter((line) => line.includes(' ON *.* TO ')),
        schema,
        privilege,
      ),
  };
}

/** By a grant on this very table, on which neither wildcards nor escapes count. @param lines of SHOW GRANTS. */
export function mayOnTable(lines: string[], schema: string, table: string, privilege: string): boolean {
  const scope = quotedName(schema, table);
  return lines.some((line) => {
    const [, privileges] = line.includes(` ON ${scope} TO `) ? (/^GRANT (.+?) ON /.exec(line) ?? []) : [];
    // A list of columns may follow a privilege: then it is not on the whole table.
    const whole = privileges?.replaceAll(/ \([^)]*\)/g, ' (some)').split(', ') ?? [];
    return whole.includes('ALL PRIVILEGES') || whole.includes(privilege);
  });
}

/** @param lines of SHOW GRANTS. */
export function mayBy(lines: string[], schema: string, privilege: string): boolean {
  return lines.some((line) => {
    const grant = /^GRANT (?<privileges>.+?) ON (?<scope>\S+|`(?:[^`]|``)*`\.\S+) TO /.exec(line)?.groups;
    if (!grant) return /^GRANT `[^`]*`@/.test(line); // a role: its own grants are not in the list
    const privileges = grant.privileges!.split(', ');
    return (
      covers(grant.scope!, schema) &&
      (privileges.includes('ALL PRIVILEGES') || privileges.includes(privilege))
    );
  });
}

/** `*.*`, or a schema in which % and _ are wildcards unless escaped. */
function covers(scope: string, schema: string): boolean {
  if (scope === '*.*') return true;
  const pattern = /^`((?:[^`]|``)*)`\.\*$/.exec(scope)?.[1];
  if (pattern === undefined) return false;
  const expression = pattern.replaceAll(/\\?[\s\S]/g, (part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    return part.at(-1)!.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
  });
  return new RegExp(`^${expression}$`).test(schema);
}
