import { randomUUID } from 'node:crypto';
import { decideNotice } from '../../src/activities/decide-notice';
import { receiverBreakers } from '../../src/activities/receiver-breakers';
import { relayBreakers } from '../../src/activities/relay-breakers';
import { runContexts } from '../../src/activities/run-context';
import { type SendContext, sendClaim } from '../../src/activities/send-claim';
import { startLease, watchGate, watchReceivers } from '../../src/activities/watches';
import { surveyNotices } from '../../src/books/balance';
import { type Claimed, claimNotices } from '../../src/books/claim';
import { openSender } from '../../src/smtp/open-sender';
import { ownLedger } from '../books/own-ledger';

test.each([
  ['could be handed to no session is free at once, and nobody of it is in doubt', false],
  ['fails when dots may have gone out is not given back (I2)', true],
])('a claim that %s', async (_, dotted) => {
  const ledger = await ownLedger('sendclaim', 3);
  const gate = watchGate(ledger.books, 1);
  const shut = watchReceivers(ledger.books);
  try {
    const run = await runContexts(ledger.database)('test');
    const notices = await run.notices();
    const closed = openSender<string>({ smtpUrl: 'smtp://127.0.0.1:9', sessions: 1 });
    await closed.close();
    const sender: SendContext['sender'] = {
      isParted: () => false,
      send(batch, objectionTo) {
        if (dotted) objectionTo({ message: batch[0]!, session: 0, content: Buffer.alloc(0) });
        return closed.send(batch, objectionTo);
      },
    };
    const books = await ledger.claimIn('notify-1', {
      decide: (candidate) => decideNotice(notices, 'notice', candidate),
    });
    const range = { after: null, upTo: '30' };
    const claim = (await claimNotices(books, range, randomUUID())) as Claimed;
    const sending = sendClaim(
      {
        ...{ books, after: null, run, notices, sender, gate, journal: null },
        breaker: relayBreakers().of(run, 'test', '0'),
        receivers: receiverBreakers().of(run, 'test'),
        shut,
        relay: { objection: () => null },
        lease: startLease(60),
        retrying: () => undefined,
        clock: { told: () => false },
      },
      claim,
    );
    await expect(sending).rejects.toThrow('this sender is closed');
    expect((await surveyNotices(ledger.books, 'notice')).notices).toEqual(
      dotted ? { sending: 3 } : { released: 3 },
    );
  } finally {
    gate.stop();
    shut.stop();
    await ledger.drop();
  }
});
