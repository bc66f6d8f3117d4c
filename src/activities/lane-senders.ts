import type { Incident } from '../incident/incident-schema';
import { openSender, type Sender } from '../smtp/open-sender';

/** The SMTP sessions of each lane, kept open from slice to slice. */
export interface LaneSenders {
  of(file: Incident, lane: string, lanes: number): Sender<string>;
  close(): Promise<void>;
}

export function laneSenders(smtpUrl: string): LaneSenders {
  const senders = new Map<string, { sender: Sender<string>; sessions: number }>();
  const partings: Promise<void>[] = [];
  return {
    of: (file, lane, lanes) => {
      const name = `${file.id}/${lane}`;
      const sessions = Math.max(1, Math.round(file.relay.sessions / lanes));
      const known = senders.get(name);
      if (known?.sessions === sessions) return known.sender;
      // The canary's one lane has them all to itself, and must not keep them beside those of the other lanes.
      if (known) partings.push(known.sender.close());
      const { messagesPerSession } = file.relay;
      const sender = openSender<string>({ smtpUrl, sessions, messagesPerSession });
      senders.set(name, { sender, sessions });
      return sender;
    },
    close: async () => {
      await Promise.all([...partings, ...[...senders.values()].map(({ sender }) => sender.close())]);
      senders.clear();
    },
  };
}
