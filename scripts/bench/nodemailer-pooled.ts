import { simpleParser } from 'mailparser';
import { createTransport, type SendMailOptions } from 'nodemailer';

export interface PooledRates {
  /** As mailers use it: it composes each message, the same text and HTML as ours. Messages a second. */
  composing: number;
  /** Given our finished bytes. */
  raw: number;
}

/** What most teams would reach for: nodemailer's pool, with as many connections as ours. */
export async function mailByNodemailer(
  messages: { from: string; to: string; raw: Buffer }[],
  { sessions, newSink }: { sessions: number; newSink(): Promise<{ port: number; stop(): Promise<void> }> },
): Promise<PooledRates> {
  const { subject, text, html } = await simpleParser(messages[0]!.raw, { skipImageLinks: true });
  const send = async (mails: SendMailOptions[]) => {
    const { port, stop } = await newSink();
    const rate = await sendAll(mails, port, sessions);
    await stop();
    return rate;
  };
  return {
    composing: await send(
      messages.map(({ from, to }) => ({ from, to, subject, text, html: html || undefined })),
    ),
    raw: await send(messages.map(({ from, to, raw }) => ({ envelope: { from, to: [to] }, raw }))),
  };
}

async function sendAll(mails: SendMailOptions[], port: number, sessions: number): Promise<number> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    pool: true,
    maxConnections: sessions,
    maxMessages: Number.POSITIVE_INFINITY,
    ignoreTLS: true,
  });
  const startedAt = performance.now();
  await Promise.all(mails.map((mail) => transport.sendMail(mail)));
  const seconds = (performance.now() - startedAt) / 1000;
  transport.close();
  return mails.length / seconds;
}
