import type { CompanyCatalog } from '../company/catalog';
import type { DatabaseMapping } from '../incident/incident-schema';
import { type CompanyFinding, warns } from './company-finding';

/** Triggers that fire during the expiry: they may refuse a row or keep a copy of the hash (C36). */
export function inspectTriggers(catalog: CompanyCatalog, mapping: DatabaseMapping): CompanyFinding[] {
  const { table, passwordHash } = mapping.customers;
  const emptied = mapping.credentials.map((one) => one.table);
  return catalog.triggers
    .filter(
      (trigger) =>
        (trigger.table === table && trigger.event.endsWith('UPDATE')) ||
        (emptied.includes(trigger.table) && trigger.event.endsWith('DELETE')),
    )
    .map(({ name, event, table: on, body }) =>
      body.toLowerCase().includes(passwordHash.toLowerCase())
        ? warns(
            `The trigger ${name} (${event} on ${on}) handles ${passwordHash}: it may keep copies of the stolen hashes, or put one back`,
            'read it; drop it for the time of the run if it must not fire, and delete the copies that it has made',
          )
        : warns(
            `The trigger ${name} fires for each row (${event} on ${on})`,
            'read it: if it refuses a row, the run holds at that range; if it writes elsewhere, the expiry takes longer',
          ),
    );
}
