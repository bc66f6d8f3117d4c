import type { DatabaseMapping } from '../../incident/database-schema';
import { type CompanyFinding, type Subject, warns } from './finding';
import type { WrittenTable } from './inspect-tables';
import { GRANT_IT } from './refusal';

/** Triggers that fire during the expiry: they may refuse a row, put the old value back, or keep a copy of it (C36). */
export function inspectTriggers({ catalog, mapping }: Subject, written: WrittenTable[]): CompanyFinding[] {
  const fires = ({ table, event }: { table: string; event: string }) =>
    written.some(
      (place) => place.table === table && event.endsWith(place.what === 'rows' ? 'DELETE' : 'UPDATE'),
    );
  const hidden = [...new Set(written.map(({ table }) => table))].filter((table) =>
    catalog.triggersHidden.includes(table),
  );
  const unseen =
    hidden.length === 0
      ? []
      : [
          warns(
            `This user cannot see whether ${hidden.join(', ')} ${hidden.length === 1 ? 'has' : 'have'} triggers, which may refuse a row, put a value back or copy it`,
            `ask your database administrator, or ${GRANT_IT}`,
          ),
        ];
  const seen = catalog.triggers.filter(fires).map(({ name, event, table, body }) => {
    const handled = valuesIn(mapping, table).filter((column) =>
      new RegExp(`\\b${escaped(column)}\\b`, 'i').test(body),
    );
    const into = /insert\s+into\s+([`\w.$]+)/i.exec(body)?.[1]?.replaceAll('`', '');
    if (handled.length === 0)
      return warns(
        `The trigger ${name} fires for each row (${event} on ${table})`,
        'read it: if it refuses a row, the run holds at that range and says so; if it writes elsewhere, the expiry takes longer',
      );
    return warns(
      `The trigger ${name} (${event} on ${table}) handles ${handled.join(', ')}: it may ${into ? `copy the stolen values into ${into}` : 'keep copies of the stolen values'}, or put one back`,
      `read it: if copies let somebody in, name ${into ?? 'their table'} under database.retire or database.revoke; if it puts a value back, the run holds and says so`,
    );
  });
  return [...unseen, ...seen];
}

/** Columns of the table whose values are credentials. */
function valuesIn({ retire, revoke }: DatabaseMapping, table: string): string[] {
  return [...retire, ...revoke].flatMap((entry) =>
    entry.table === table && entry.column !== undefined ? [entry.column] : [],
  );
}

function escaped(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
