import type { RevokeEntry } from '../../incident/database-schema';
import type { RevokeCounts } from '../count/count-revoke';
import type { UnmappedKeys } from '../count/count-unmapped-keys';
import { linkName } from '../link-column';
import { type CompanyFinding, counted, orNeither, orNone, orOrphans, stops, warns } from './finding';

const MOST_PLAUSIBLE = 10_000;

/** Of the rows that name somebody, those who are nobody among the customers: from here on it is told, and stops. */
const TOLD_SHARE = 0.05;

const MOST_STRAYS = 0.5;

/** What an entry of `revoke` cannot mean by its counts. @param ran whether an expiry by the same entry has run: it leaves none. */
export function inspectRevokeCounts(
  entry: RevokeEntry,
  counts: RevokeCounts,
  path: string,
  { ran, keys }: { ran: boolean; keys: UnmappedKeys['keys'] },
): CompanyFinding[] {
  const { table, rows, matching, ended, mostOfOne, since, outsiders, ownerless, orphans, misspelt } = counts;
  const { noneBecause, orphansBecause } = entry;
  // An expiry by the same entry leaves it like this as well.
  const unlessRan = ran ? warns : stops;
  const link = `${table}.${linkName(entry)}`;
  const findings: CompanyFinding[] = [];
  if (misspelt > 0)
    findings.push(
      stops(
        `${counted(misspelt, 'row')} of ${table} ${misspelt === 1 ? 'is' : 'are'} a customer's except for upper and lower case or accents: the server compares ${link} exactly, so the run would miss them`,
        `name another link under ${path}; if there is none, remove the entry, end these rows yourselves, and say so under database.stated`,
      ),
    );
  if (matching === 0 && noneBecause === undefined && (rows > 0 || !ran))
    findings.push(
      unlessRan(
        rows === 0
          ? `${table} is empty, so ${path} ends nothing`
          : `None of the ${counted(rows, 'row')} of ${table} meets ${path}.where: ${entry.where}`,
        `${
          rows === 0
            ? `name the table that the application uses under ${path}`
            : `spell it as the application writes it${keys.length === 0 ? '' : ` (there are ${keys.map(({ key }) => key).join(', ')})`}`
        }; ${orNone(path)}`,
      ),
    );
  const nobody = matching > 0 && ended + since + outsiders === 0;
  const correct = `correct ${path}.${entry.key === undefined ? 'email' : 'key'}`;
  const strays = orphans / (matching - ownerless);
  if (nobody && (noneBecause === undefined || orphansBecause === undefined))
    findings.push(
      unlessRan(
        `None of the ${counted(matching, 'row')} that ${path} is about belongs to a customer, by ${link}`,
        ran
          ? 'nothing to do if the expiry has ended all others already'
          : `${correct}; if no column says whose a row is, remove the entry, end these rows yourselves, and say so under database.stated; if they belong to others, set the table aside under database.ignored; ${orNeither(path)}`,
      ),
    );
  else if (!nobody && strays > TOLD_SHARE && orphansBecause === undefined)
    findings.push(
      (strays > MOST_STRAYS ? unlessRan : warns)(
        `${counted(orphans, 'row')} of ${table} ${orphans === 1 ? 'belongs' : 'belong'} to none of the customers, by ${link}: ${orphans === 1 ? 'it stays' : 'they stay'}`,
        `${correct}; ${orOrphans(path)}`,
      ),
    );
  if (mostOfOne > MOST_PLAUSIBLE)
    findings.push(
      warns(
        `One customer would lose ${counted(mostOfOne, 'row')} of ${table}`,
        `check that ${link} says whose row it is; each customer's rows go in one transaction`,
      ),
    );
  return findings;
}
