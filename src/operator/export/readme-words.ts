/** A part of a README: prose, or lines that stay as they are. */
export type Block = string | string[];

const WIDTH = 96;

/** Parts after each other, an empty line between; prose is wrapped, so that any editor shows it. */
export function readmeText(blocks: Block[]): string {
  return `${blocks.map((block) => (typeof block === 'string' ? wrapped(block) : block).join('\n')).join('\n\n')}\n`;
}

/** @param indent of the second line on. */
function wrapped(text: string, indent = text.startsWith('- ') ? '  ' : '', width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Names and what they are, the names in one column. */
export function described(pairs: [string, string][]): string[] {
  const column = Math.max(...pairs.map(([name]) => name.length)) + 3;
  return pairs.flatMap(([name, what]) => {
    const [first, ...rest] = wrapped(what, '', WIDTH - column);
    return [`${name.padEnd(column)}${first}`, ...rest.map((line) => ' '.repeat(column) + line)];
  });
}

export const COMMON_FILES: Record<'incident' | 'proof' | 'verification' | 'sums', [string, string]> = {
  incident: [
    'incident.txt',
    'what happened, in the words of the notice; when the response began and ended, when passwords were expired and customers told, who approved the texts, and whether the police asked to wait',
  ],
  proof: [
    'proof.txt',
    "the counts: accounts, passwords, messages; what the mail relay's own log says; what does not add up",
  ],
  verification: [
    'verification.txt',
    "what the program checked in the company's database: ok, FAIL, or -- where it could not be judged",
  ],
  sums: ['SHA256SUMS', 'a fingerprint of each other file: see HOW TO CHECK below'],
};

export const TERMS: Block[] = [
  'WHAT THE WORDS MEAN',
  described([
    ['account, customer', "one account of the company's: a person may have several"],
    ['cohort', 'the accounts that were there when the thief may have read: all counts are of them'],
    [
      'expired',
      'the password was made useless: it lets nobody in any more, and the customer has to choose a new one',
    ],
    [
      'changed since',
      'the customer had chosen a new password after the thief may have read; it was left as it is',
    ],
    ['no password', "the account had none, such as one that signs in by another company's service"],
    ['notice', 'the e-mail that tells a customer what happened'],
    ['relay', "the company's own mail server, which takes the messages from the program and delivers them"],
    ['sent, told, accepted', 'the relay said that it took the message over'],
    ['deferred', 'the relay put the message off; it is tried again'],
    [
      'failed',
      'the relay refused the message for good, such as for an address that is no more, or put it off until the time that the company gives each message was over',
    ],
    ['skipped', 'there was nothing to send it to: no address, or none that e-mail can reach'],
    [
      'in doubt',
      'the connection broke at a moment at which only the relay knows whether it took the message',
    ],
    ['left', 'in doubt, and the company decided not to send it again'],
    [
      'bounced',
      "the relay took the message, and could not deliver it: another company's mail server refused it",
    ],
    [
      'absent',
      'not in a log of the relay in which it would stand if the relay had taken it; the program tells that of customers in doubt only, and only by a log without gaps',
    ],
    ['alive', 'a password, session or link that still lets somebody in'],
    ['Message-ID', 'a mark in each message, different for each customer; the relay writes it into its log'],
    ['the run', 'the response, as the program carries it out'],
    [
      'the file',
      "the company's instructions to the program for this response: texts, cutoff, and which tables hold what. Its entries are the passwords and sessions that it names",
    ],
    [
      'head, anchor',
      'number and hash of the last entry of the record at some moment. Temporal, the service that carries the response out, keeps some of them; an anchor is a file outside the database that the company may have kept them in',
    ],
    [
      'audit log',
      'the record of who decided what. "Of files before their start": of test messages that were sent before a response began',
    ],
  ]),
];

/** What the record speaks of besides. */
export const RECORD_TERMS: Block[] = [
  'WHAT THE RECORD SPEAKS OF (audit.txt)',
  described([
    [
      'phase',
      'what the response is at: expire (the passwords), verify (that none is left), approval (it waits for somebody to approve the texts), canary (the first few customers are told, and looked at), notify (all others), settle (what was put off or is in doubt), remind, close',
    ],
    ['gate', 'while it is closed, no message is sent; who closed it and why stands beside it'],
    ['hold', 'the response waits for somebody of the company, for the reason that is named'],
    ['breaker', 'the part of the program that closes the gate when the relay refuses too much'],
    ['guard', 'the part that reads each message once more before it is sent'],
    ['dot', 'the end of a message: what the program sends last, and the relay answers'],
    ['claim', 'a customer whom a part of the program has taken on to tell, so that no other does'],
    ['dot journal', 'what the program notes on its own machine of each message before its dot'],
  ]),
];

export const CHECKING: Block[] = [
  'HOW TO CHECK THAT NO FILE WAS CHANGED',
  'SHA256SUMS holds a fingerprint (SHA-256) of each other file. In this folder:',
  [
    '  Linux     sha256sum -c SHA256SUMS',
    '  macOS     shasum -a 256 -c SHA256SUMS',
    '  Windows   certutil -hashfile proof.txt SHA256     (one file; compare with its line in SHA256SUMS)',
  ],
  'A file that SHA256SUMS does not name was not written by the program: these commands do not speak of it.',
  'Whoever can change a file can change its line in SHA256SUMS, too. So let the company tell you the fingerprint of SHA256SUMS itself by another way, such as by telephone: the program showed it when it wrote this folder. Note who told you, when and how. From then on the folder is what it was as long as that fingerprint and the command above agree. That it was so from the moment of its writing, only the company can say; neither a signature nor a time stamp of somebody else is in it.',
];

/** Limits that are the same for everybody who reads. */
export const LIMITS = [
  '- That the relay took a message does not say that it arrived, or that somebody read it.',
  '- The times are those of one clock, that of the company\'s database: README.txt says what the clock of the machine that wrote this said at the same moment, and no other was asked. Times of the log of the relay are put into UTC by the messages that are in both; where proof.txt says "if its clock is in UTC", there were none.',
  '- "Stated, not proven" in proof.txt and verification.txt: somebody of the company says so; the program could not look.',
  '- "Left out" in proof.txt: accounts that the company left out, and why. They are in no number.',
  "- Where a line names a command (npm run cli ..., --relay-log), it is a hint for the company's own staff.",
];
