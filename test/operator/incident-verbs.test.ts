import { Command } from 'commander';
import { INCIDENT_VERBS } from '../../src/incident/incident-commands';
import { describeVerb, VERBS } from '../../src/operator/verbs';

test('the verbs whose commands are told with --incident are those that take it', () => {
  const taking = Object.keys(VERBS).filter((verb) =>
    describeVerb(verb, new Command(verb)).options.some(({ long }) => long === '--incident'),
  );
  expect([...INCIDENT_VERBS].sort()).toEqual(taking.sort());
});
