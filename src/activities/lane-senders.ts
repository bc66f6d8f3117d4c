import { openSender, type Sender } from '../email/smtp/open-sender';
import type { Incident } from '../incident/incident-schema';

/** The SMTP sessions of each lane, kept open from slice to slice. */
export interface LaneSenders {
  of(file: Incident, lane: string, lanes: number): Sender<string>;
  close(): Promise<void>;
}

export function laneSenders(smtpUrl: string): LaneSenders {
  const senders = new Map<string, Sender<string>>();
  return {
    of: (file, lane, lanes) => {
      const name = `${file.id}/${lane}`;
      const known = senders.get(name);
      if (known) return known;
      const sender = openSender<string>({
        smtpUrl,
        sessions: Math.max(1, Math.round(file.relay.sessions / lanes)),
        messagesPerSession: file.relay.messagesPerSession,
      });
      senders.set(name, sender);
      return sender;
    },
    close: async () => {
      await Promise.all([...senders.values()].map((sender) => sender.close()));
      senders.clear();
    },
  };
}
