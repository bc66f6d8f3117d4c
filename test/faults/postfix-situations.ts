import type { PostfixSettings } from './own-postfix';

/** What a relay does, as settings of a real Postfix, as rules of our capture relay, and what must become of twelve customers. */
export interface Situation {
  postfix: PostfixSettings;
  relay?: object[];
  relayArgs?: string[];
  sessions?: number;
  /** How many customers come to what: `accepted`, `failed rcpt 550 5.1.1`, `released` and so on. */
  outcomes: Record<string, number>;
  /** Each only once: `kind at code enhanced`. */
  trouble?: string[];
}

/** By the name of its domain: the customers of `lists` are c1@lists.test to c12@lists.test. */
export const SITUATIONS = {
  plain: { postfix: {}, outcomes: { accepted: 12 } },
  longids: { postfix: { 'cleanup.enable_long_queue_ids': 'yes' }, outcomes: { accepted: 12 } },
  nopipelining: {
    postfix: { smtpd_discard_ehlo_keywords: 'pipelining' },
    relayArgs: ['--without', 'PIPELINING'],
    outcomes: { accepted: 12 },
  },
  forbidbarelf: {
    postfix: { smtpd_forbid_bare_newline: 'yes', smtpd_forbid_bare_newline_exclusions: '' },
    outcomes: { accepted: 12 },
  },
  lists: {
    postfix: {
      smtpd_recipient_restrictions:
        'check_recipient_access inline:{c3@lists.test=REJECT,c5@lists.test=DEFER,{c7@lists.test=550 5.1.1 No such user}}',
    },
    relay: [
      {
        at: 'rcpt',
        match: '^c3@',
        reply: '554 5.7.1 <c3@lists.test>: Recipient address rejected: Access denied',
      },
      {
        at: 'rcpt',
        match: '^c5@',
        reply: '450 4.7.1 <c5@lists.test>: Recipient address rejected: Access denied',
      },
      {
        at: 'rcpt',
        match: '^c7@',
        reply: '550 5.1.1 <c7@lists.test>: Recipient address rejected: No such user',
      },
    ],
    // A policy may be anybody's: who is refused by one is put off, and fails when the time for it is over.
    outcomes: {
      accepted: 9,
      'deferred rcpt 554 5.7.1': 1,
      'deferred rcpt 450 4.7.1': 1,
      'failed rcpt 550 5.1.1': 1,
    },
  },
  softbounce: {
    postfix: {
      soft_bounce: 'yes',
      smtpd_recipient_restrictions: 'check_recipient_access inline:{c3@softbounce.test=REJECT}',
    },
    relay: [
      {
        at: 'rcpt',
        match: '^c3@',
        reply: '454 4.7.1 <c3@softbounce.test>: Recipient address rejected: Access denied',
      },
    ],
    outcomes: { accepted: 11, 'deferred rcpt 454 4.7.1': 1 },
  },
  toomanyerrors: {
    postfix: {
      smtpd_recipient_restrictions:
        'check_recipient_access inline:{{toomanyerrors.test=550 5.1.1 No such user}}',
      smtpd_hard_error_limit: '14',
    },
    relayArgs: ['--hard-error-limit', '14'],
    relay: [{ at: 'rcpt', reply: '550 5.1.1 Recipient address rejected: No such user' }],
    // A refused RCPT and the DATA pipelined after it are two errors.
    outcomes: { 'failed rcpt 550 5.1.1': 12 },
    trouble: ['421 data 421 4.7.0'],
  },
  greylisting: {
    postfix: {
      smtpd_recipient_restrictions: 'check_recipient_access inline:{{greylisting.test=450 4.2.0 Greylisted}}',
      smtpd_hard_error_limit: '100',
    },
    relay: [{ at: 'rcpt', reply: '450 4.2.0 Recipient address rejected: Greylisted' }],
    relayArgs: ['--hard-error-limit', '100'],
    outcomes: { 'deferred rcpt 450 4.2.0': 12 },
  },
  messagerate: {
    postfix: { smtpd_client_event_limit_exceptions: '', smtpd_client_message_rate_limit: '5' },
    relay: [{ at: 'mail', after: 5, reply: '450 4.7.1 Error: too much mail from 127.0.0.1' }],
    outcomes: { accepted: 5, released: 7 },
    trouble: ['mail-from mail 450 4.7.1'],
  },
  connections: {
    postfix: { smtpd_client_event_limit_exceptions: '', smtpd_client_connection_count_limit: '1' },
    relay: [
      {
        at: 'greeting',
        after: 1,
        reply: '421 4.7.0 capture.test Error: too many connections from 127.0.0.1',
      },
    ],
    sessions: 2,
    outcomes: { accepted: 12 },
    trouble: ['greeting greeting 421 4.7.0'],
  },
  toolarge: {
    postfix: { message_size_limit: '20' },
    relay: [{ at: 'dot', reply: '552 5.3.4 Error: message file too big' }],
    outcomes: { 'failed dot 552 5.3.4': 12 },
  },
  diskfull: {
    postfix: { queue_minfree: '999999999999999' },
    relay: [{ at: 'mail', reply: '452 4.3.1 Insufficient system storage' }],
    outcomes: { released: 12 },
    trouble: ['mail-from mail 452 4.3.1'],
  },
  queuebroken: {
    postfix: { 'cleanup.virtual_alias_maps': 'hash:/nonexistent' },
    relay: [{ at: 'dot', reply: '451 4.3.0 Error: queue file write error' }],
    outcomes: { 'deferred dot 451 4.3.0': 12 },
  },
  milterdown: {
    postfix: { smtpd_milters: 'inet:127.0.0.1:1' },
    relay: [{ at: 'mail', reply: '451 4.7.1 Service unavailable - try again later' }],
    outcomes: { released: 12 },
    trouble: ['mail-from mail 451 4.7.1'],
  },
  // smtpd_delay_reject: Postfix says at RCPT what it has against the sender or the client.
  sender: {
    postfix: { smtpd_sender_restrictions: 'check_sender_access inline:{care@shop.test=REJECT}' },
    relay: [{ at: 'rcpt', reply: '554 5.7.1 <care@shop.test>: Sender address rejected: Access denied' }],
    outcomes: { released: 12 },
    trouble: ['policy rcpt 554 5.7.1'],
  },
  senderdomain: {
    postfix: {
      smtpd_sender_restrictions: 'check_sender_access inline:{{care@shop.test=550 5.1.8 Domain not found}}',
    },
    relay: [{ at: 'rcpt', reply: '550 5.1.8 <care@shop.test>: Sender address rejected: Domain not found' }],
    outcomes: { released: 12 },
    trouble: ['policy rcpt 550 5.1.8'],
  },
  client: {
    postfix: { smtpd_client_restrictions: 'reject' },
    relay: [{ at: 'rcpt', reply: '554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied' }],
    outcomes: { released: 12 },
    trouble: ['policy rcpt 554 5.7.1'],
  },
  // Debian's own: a client that is neither in mynetworks nor authenticated.
  norelay: {
    postfix: {
      mynetworks: '192.0.2.1',
      smtpd_relay_restrictions: 'permit_mynetworks defer_unauth_destination',
    },
    relay: [{ at: 'rcpt', reply: '454 4.7.1 Relay access denied' }],
    outcomes: { released: 12 },
    trouble: ['policy rcpt 454 4.7.1'],
  },
  headers: {
    postfix: {
      'cleanup.header_checks':
        'regexp:{{/^Subject: notice 3/ REJECT no way} {/^Subject: notice 4/ DISCARD gone}}',
    },
    relay: [{ at: 'dot', match: '^c3@', reply: '550 5.7.1 no way' }],
    // The discarded one has its 250: for the relay it is done.
    outcomes: { accepted: 11, 'deferred dot 550 5.7.1': 1 },
  },
  // The refusal leaves the transaction open: the next MAIL, already pipelined, gets a 503.
  endofdata: {
    postfix: { smtpd_end_of_data_restrictions: 'check_recipient_access inline:{c3@endofdata.test=REJECT}' },
    relay: [
      {
        at: 'dot',
        match: '^c3@',
        reply: '554 5.7.1 <c3@endofdata.test>: Recipient address rejected: Access denied',
        transactionStays: true,
      },
    ],
    outcomes: { accepted: 11, 'deferred dot 554 5.7.1': 1 },
  },
  noutf8: {
    postfix: { smtputf8_enable: 'no' },
    relayArgs: ['--without', 'SMTPUTF8'],
    outcomes: { accepted: 12 },
  },
  tlsmust: {
    postfix: { smtpd_tls_security_level: 'encrypt' },
    relayArgs: ['--tls', 'starttls', '--require-tls'],
    outcomes: { released: 12 },
    trouble: ['auth mail 530 5.7.0'],
  },
} satisfies Record<string, Situation>;
