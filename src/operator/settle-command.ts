import type { Command } from 'commander';
import { companyOf } from '../books/company-of';
import { decideInDoubt, type InDoubt, listInDoubt } from '../books/decide-in-doubt';
import { incidentOf } from '../books/incident-row';
import { surveyNotices } from '../books/survey-notices';
import { currentWave } from '../books/waves';
import { type Chosen, onIncident } from './incident-command';
import { operatorName } from './operator-name';
import { requireSameServer } from './require-same-server';
import { settleByEvidence } from './settle-by-evidence';
import { type SettleOptions, settleMisuse, withSettleOptions } from './settle-options';
import { counted, json } from './words';

/** How many of those in doubt are shown. */
const SHOWN = 20;

/** Without --decide and evidence it lists; with them, what would become of whom; with --go too, it is done and recorded (I2, I6). */
export function describeSettle(command: Command): void {
  withSettleOptions(command).action((options: SettleOptions) => {
    const misuse = settleMisuse(options);
    if (misuse !== null) command.error(`error: ${misuse}`, { exitCode: 2 });
    const work = options.postfixLog || options.events ? settleByEvidence : settle;
    return onIncident(['database'], options, async (chosen) => {
      if (options.go) await requireSameServer(chosen);
      await work(chosen, options);
    });
  });
}

async function settle({ database, row }: Chosen, options: SettleOptions): Promise<void> {
  const { db } = database;
  const { decide, reason, customer, go } = options;
  const wave = await currentWave(db, row);
  const inDoubt = (await surveyNotices(db, row.incident, wave)).notices.in_doubt ?? 0;
  const first = await listInDoubt(db, row.incident, wave, SHOWN);
  const decided =
    decide && reason && go
      ? await decideInDoubt(db, row.incident, wave, (await companyOf(database, incidentOf(row))).keyColumn, {
          decision: decide,
          by: options.by ?? operatorName(),
          reason,
          ...(customer === undefined ? {} : { customerId: customer }),
        })
      : null;
  console.log(options.json ? json({ inDoubt, first, decided }) : text(inDoubt, first, decided, options));
}

function text(inDoubt: number, first: InDoubt[], decided: number | null, options: SettleOptions): string {
  if (decided !== null) {
    const next = options.decide === 'resend' ? 'They are sent again' : 'They are not told again';
    return `Decided for ${counted(decided, 'customer')}. ${next} once the run goes on: npm run cli -- resume`;
  }
  if (inDoubt === 0) return 'Nobody is in doubt.';
  const lines = [
    `${counted(inDoubt, 'customer is', 'customers are')} in doubt: the relay may or may not have taken their notice.`,
    ...first.map(({ customerId, claimedAt }) => `  ${customerId}  claimed ${claimedAt.slice(0, 19)} UTC`),
    ...(inDoubt > first.length ? [`  and ${inDoubt - first.length} more`] : []),
    '',
  ];
  if (options.decide)
    return [...lines, `Nothing is changed yet: add --go to decide "${options.decide}".`].join('\n');
  return [
    ...lines,
    "Look for them in the relay's log first:",
    '  npm run cli -- settle --postfix-log /var/log/mail.log /var/log/mail.log.1   what it shows of each, and why',
    "or in a provider's export: npm run cli -- settle --events FILE. Decide for those whom neither settles, with the reason:",
    '  npm run cli -- settle --decide resend --reason "..." --go   sends again, whatever became of the first',
    '  npm run cli -- settle --decide leave  --reason "..." --go   does not tell them again',
    'With --customer ID for one of them only.',
  ].join('\n');
}
