import { createTransport } from 'nodemailer';

/**
 * What most teams would reach for: nodemailer's pool, as many connections as ours, given our finished messages (it composes
 * nothing, which is in its favour).
 * @returns seconds.
 */
export async function mailByNodemailer(
  messages: { from: string; to: string; raw: Buffer }[],
  { port, sessions }: { port: number; sessions: number },
): Promise<number> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    pool: true,
    maxConnections: sessions,
    maxMessages: Number.POSITIVE_INFINITY,
    ignoreTLS: true,
  });
  const startedAt = performance.now();
  await Promise.all(
    messages.map(({ from, to, raw }) => transport.sendMail({ envelope: { from, to: [to] }, raw })),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  transport.close();
  return seconds;
}
