import type { Mutant } from '../mutant';

const NO_LEDGER_YET = 'a database that has no ledger yet, while a run goes elsewhere';
const OTHER_BOOKS = 'books of the same incident in another database: no verb writes anything';

export const MUTANTS: Mutant[] = [
  {
    file: 'src/operator/reconcile.ts',
    from: 'const inDoubt = isPassOver(row) || unknownWorkers.length > 0;',
    to: 'const inDoubt = isPassOver(row);',
    fault: 'whom a worker without a journal may have told is told again',
    promise: 'I2',
    red: { 'test/faults/lost-commits.test.ts': ['an older copy, and the journals are lost too'] },
  },
  {
    file: 'src/operator/reconcile.ts',
    from: "return phase === 'remind' && kind === 'rows-missing';",
    to: 'return false;',
    fault: 'lost rows of a reminder stay lost',
    promise: 'I2',
    red: {
      'test/faults/reminder.test.ts': ['reminders that the database has lost are rebuilt in their wave'],
    },
  },
  {
    file: 'src/operator/reconcile.ts',
    from: 'wave: await currentWave(books, row),',
    to: "wave: 'notice',",
    fault: 'lost rows of a reminder come back as notices',
    promise: 'I2',
    red: {
      'test/faults/reminder.test.ts': ['reminders that the database has lost are rebuilt in their wave'],
    },
  },
  // A run that belongs to another ledger.
  {
    file: 'src/operator/start.ts',
    from: "  if (elsewhere) return { kind: 'refused', ...elsewhere };\n",
    to: '',
    fault: 'a start makes its ledger before it looks where the run belongs',
    promise: 'C80',
    red: {
      'test/operator/other-database.test.ts': ['a run that began elsewhere after the dry run'],
    },
  },
  {
    file: 'src/operator/look-around.ts',
    from: 'other: await findOtherRun(client, incidentId, here),',
    to: 'other: null,',
    fault: 'the dry run is READY where the run belongs to another ledger',
    promise: 'C80',
    red: { 'test/operator/other-database.test.ts': [NO_LEDGER_YET] },
  },
  {
    file: 'src/operator/incident-command.ts',
    from: 'const elsewhere = await runsElsewhere(addresses, await ledgerHere(database));',
    to: 'const elsewhere: string[] = [];',
    fault: 'a verb that finds no incident does not say where its run goes',
    promise: 'C80',
    red: { 'test/operator/other-database.test.ts': [NO_LEDGER_YET] },
  },
  {
    file: 'src/operator/incident-command.ts',
    from: 'await requireOwnLedger(addresses, { database, incidentId: row.incident_id });',
    to: 'null as string | null;',
    fault: 'verbs decide of a run that belongs to another ledger',
    promise: 'C80',
    red: { 'test/operator/other-database.test.ts': [OTHER_BOOKS] },
  },
  {
    file: 'src/operator/test-send.ts',
    from: 'await requireOwnLedger(addresses, { database, incidentId: prepared.incident.id });',
    to: 'null as string | null;',
    fault: 'a test is put on the record of another ledger',
    promise: 'C80',
    red: { 'test/operator/other-database.test.ts': [NO_LEDGER_YET, OTHER_BOOKS] },
  },
  {
    file: 'src/operator/pause.ts',
    from: 'if (await isOtherServer(books, await serverIdentity(db)))',
    to: 'if (false)',
    fault: 'pause --direct closes the gate of a copy without a word',
    promise: 'I7',
    red: {
      'test/operator/other-database.test.ts': ['on another server than the one it began on pause --direct'],
    },
  },
  {
    file: 'src/operator/search-attributes.ts',
    from: "found !== 'UNSPECIFIED' && found !== type",
    to: "found === 'UNSPECIFIED' && found === type",
    fault: 'a search attribute of another type is not seen before the start',
    promise: 'C82',
    red: { 'test/operator/search-attributes.test.ts': ['a search attribute of another type'] },
  },
  {
    file: 'src/operator/start-run.ts',
    from: 'refused === null ? refusedForSearchAttributes(error) : null',
    to: 'null as string | null',
    fault: 'a start that is refused for its search attributes is not tried without them',
    promise: 'C82',
    red: { 'test/operator/search-attributes.test.ts': ['attributes that the server forgets'] },
  },
  {
    file: 'src/operator/write-unreached.ts',
    from: '.replace(FORMULA, "$1\'$2")',
    to: '',
    fault: 'a cell becomes a formula',
    promise: 'C51',
    red: { 'test/operator/csv.test.ts': ['becomes a cell that no spreadsheet runs'] },
  },
  {
    file: 'src/operator/write-unreached.ts',
    from: '/^[\\t\\r\\n]/.test(safe)',
    to: 'false',
    fault: 'a cell begins with a tab or a line end',
    promise: 'C51',
    red: { 'test/operator/csv.test.ts': ['becomes a cell that no spreadsheet runs'] },
  },
  {
    file: 'src/operator/proof.ts',
    from: '  if (relay.relays.every(({ clockKnown }) => !clockKnown))',
    to: '  if (false)',
    fault: 'a log without any of our messages proves that nobody was told twice',
    promise: 'I7',
    red: { 'test/operator/report.test.ts': ['logs in which nothing is of ours show nothing'] },
  },
  {
    file: 'src/operator/proof.ts',
    from: "    ...(relay.linesLost.length > 0 ? ['a logger dropped lines'] : []),\n",
    to: '',
    fault: 'what a logger dropped is passed over',
    promise: 'I7',
    red: { 'test/operator/report.test.ts': ['where a logger dropped lines'] },
  },
];
