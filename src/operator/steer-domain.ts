import { incidentOf, openBooks } from '../books/incident-row';
import { requireCurrent } from '../books/migrate';
import { pauseReceiver, readReceivers, resumeReceiver } from '../books/receivers';
import { countCustomersAt } from '../company/find-customer';
import { cleanLine } from '../incident/asked-by';
import { mailableAddress } from '../incident/mailable-address';
import {
  domainsOf,
  NAMED_FROM,
  nameOnRecord,
  type Providers,
  type Receiver,
  receiversBy,
} from '../incident/receiver';
import { type Chosen, type IncidentOptions, onIncident } from './incident-command';
import { requireSameServer } from './own-ledger';
import { toldRun } from './tell-run';
import { ToldError } from './told-error';
import { decidedBy } from './who-types';
import { json, printable } from './words';

/** `pause --domain`: works without Temporal and without a worker, since each claim and each dot ask the receiver's row. */
export function pauseDomain(typed: string, options: IncidentOptions & { reason?: string }): Promise<void> {
  const reason = cleanLine(options.reason, REASON_LENGTH);
  if (!reason)
    throw new ToldError('A paused receiver goes on the record: write --reason "WHY, AND UNTIL WHEN".', 2);
  return onIncident(['database'], options, async (chosen) => {
    const meant = await receiverOf(chosen, typed);
    if (meant.customers === 0)
      throw new ToldError(
        `NOT PAUSED: no customer has an address at ${domainWords(meant)}. Who has which: npm run cli -- domains`,
      );
    const recorded = nameOnRecord(meant.receiver, meant.customers, meant.providers);
    await pauseReceiver(chosen.books, meant.receiver, { by: decidedBy(options.by), recorded, reason });
    await show(chosen, meant, options, [
      `PAUSED ${domainWords(meant)}: nobody there is told any more, and everybody else is. What has left for the relay by now has left.`,
      `To go on: npm run cli -- resume --domain ${meant.receiver} --incident ${chosen.row.incident_id}`,
    ]);
  });
}

/** `resume --domain`: also of one that the breaker has put aside. */
export function resumeDomain(typed: string, options: IncidentOptions): Promise<void> {
  return onIncident(['database'], options, async (chosen) => {
    const meant = await receiverOf(chosen, typed);
    const recorded = nameOnRecord(meant.receiver, meant.customers, meant.providers);
    const opened = await resumeReceiver(chosen.books, meant.receiver, {
      by: decidedBy(options.by),
      recorded,
    });
    await show(chosen, meant, options, [
      opened
        ? `RESUMED ${domainWords(meant)}: whoever waited for it is told, as far as the run comes to it.`
        : `Nothing keeps customers at ${domainWords(meant)} waiting: it is neither aside nor paused.`,
    ]);
  });
}

const REASON_LENGTH = 300;

interface Meant {
  receiver: Receiver;
  providers: Providers;
  /** How many have an address there, counted up to as many as make its name nobody's. */
  customers: number;
}

/** What was typed may be a domain, one of a provider's, or the provider's name. @throws ToldError where it is neither. */
async function receiverOf({ database, row }: Chosen, typed: string): Promise<Meant> {
  if (row.closed_at !== null)
    throw new ToldError(`The incident ${row.incident_id} is ${row.phase} for good: nobody further is told.`);
  await requireCurrent(database);
  const { providers = {} } = incidentOf(row).relay;
  const name = typed.trim().replace(/^@/, '').replace(/\.$/, '').toLowerCase();
  const mailable = mailableAddress(`someone@${name}`);
  if (!Object.hasOwn(providers, name) && 'skip' in mailable)
    throw new ToldError(
      `--domain: found "${printable(typed, 60)}", write a domain as it stands after the @, such as mail.example, or a name of relay.providers in the file.`,
      2,
    );
  const receiver = 'skip' in mailable ? name : receiversBy(providers)(mailable.address);
  const books = await openBooks(database, row);
  await requireSameServer(books);
  const domains = [...new Set([...domainsOf(receiver, providers), ...(receiver === name ? [] : [name])])];
  const customers = await countCustomersAt(database.db, books.company, { domains, most: NAMED_FROM });
  return { receiver, providers, customers };
}

function domainWords({ receiver, providers }: Meant): string {
  const domains = domainsOf(receiver, providers);
  return domains[0] === receiver && domains.length === 1
    ? receiver
    : `${receiver} (${printable(domains.join(', '), 500)})`;
}

async function show(
  chosen: Chosen,
  { receiver }: Meant,
  options: IncidentOptions,
  lines: string[],
): Promise<void> {
  const told = await toldRun(chosen);
  const known = (await readReceivers(chosen.books)).find((seen) => seen.receiver === receiver);
  if (options.json)
    return console.log(
      json({ incidentId: chosen.row.incident_id, ...(known ?? { receiver, state: 'open' }) }),
    );
  console.log([...lines, ...told].join('\n'));
}
