import type { Mutant } from '../mutant';

const CALL = 'test/activities/call-somebody.test.ts';

/** Somebody is called: once, and told nothing that is nobody's business. */
export const CALL_MUTANTS: Mutant[] = [
  {
    file: 'src/activities/call-somebody.ts',
    from: 'if (!programs.includes(command[0]!))',
    to: 'if (false)',
    fault: 'whoever can write into the ledger runs what they like on the machines of the workers',
    promise: 'I6',
    red: { 'test/activities/call-somebody.test.ts': ['whatever goes wrong is told in our words'] },
  },
  {
    file: 'src/activities/call-somebody.ts',
    from: '    if (context.info.heartbeatDetails === CALLED) return;\n',
    to: '',
    fault: 'whoever was called is called again when the worker has died meanwhile',
    promise: 'C111',
    red: { [CALL]: ['another attempt calls nobody'] },
  },
  {
    file: 'src/activities/call-somebody.ts',
    from: 'env: environmentOf(told)',
    to: 'env: { ...process.env, ...environmentOf(told) }',
    fault: "a program gets the database's and the relay's passwords",
    promise: 'C93',
    red: { [CALL]: ['a command gets the call whole'] },
  },
  {
    file: 'src/activities/call-somebody.ts',
    from: 'shell: false',
    to: 'shell: true',
    fault: 'a shell reads what the file says',
    promise: 'C111',
    red: { [CALL]: ['no shell reads it'] },
  },
  {
    file: 'src/activities/call-somebody.ts',
    from: "redirect: 'manual'",
    to: "redirect: 'follow'",
    fault: 'a webhook sends the call to an address that nobody named',
    promise: 'C93',
    red: { [CALL]: ['whatever goes wrong is told in our words'] },
  },
  {
    file: 'src/activities/call-somebody.ts',
    from: "process.kill(-pid, 'SIGKILL')",
    to: "process.kill(pid, 'SIGKILL')",
    fault: 'what a command has started lives on',
    promise: 'C111',
    red: { [CALL]: ['a command that does not end is ended with all that it has started'] },
  },
  {
    file: 'src/activities/call-somebody.ts',
    from: 'runs.last?.(incidentId) ?? Promise.reject(error)',
    to: 'Promise.reject(error)',
    fault: 'nobody is called for a database that is away',
    promise: 'C111',
    red: { [CALL]: ['it is called where the database is away'] },
  },
  {
    file: 'src/incident/on-hold-schema.ts',
    from: "return protocol === 'https:' || LOOPBACK.has(hostname);",
    to: "return protocol === 'https:' || webhook.startsWith('http://127.0.0.1');",
    fault: 'a call goes to another machine in clear',
    promise: 'C93',
    red: { 'test/incident/on-hold-schema.test.ts': ['another machine behind a user of that name'] },
  },
  {
    file: 'src/incident/call.ts',
    from: 'PLAIN[kind] ?? what',
    to: 'what',
    fault: 'names that somebody typed go to a webhook',
    promise: 'C93',
    red: { 'test/incident/call.test.ts': ['what somebody typed stays out of the call'] },
  },
  {
    file: 'src/incident/waiting-for.ts',
    from: 'doubtful > 0 ? doubtWords(doubtful) : null',
    to: 'doubtful > 1_000 ? doubtWords(doubtful) : null',
    fault: 'who is in doubt waits unseen behind deferrals for three days',
    promise: 'C105',
    red: { 'test/incident/waiting-for.test.ts': ['those in doubt, at once'] },
  },
];
