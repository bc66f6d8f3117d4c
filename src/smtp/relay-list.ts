import { parseSmtpUrl, type SmtpTarget } from './smtp-url';

/** One of the relays that SMTP_URL names. */
export interface RelayUrl {
  /** What stands after the #, or else host:port: never a user, never a password. */
  name: string;
  /** Without its name. */
  url: string;
  target: SmtpTarget;
}

/** What SMTP_URL holds, each as it was written: a blank within one is its own, as in the path of a CA. */
export function relayUrls(smtpUrl: string): string[] {
  return smtpUrl.trim().split(/\s+(?=smtps?:\/\/)/i);
}

/**
 * Reads SMTP_URL, which may name several relays: their URLs (smtp-url.ts) with spaces or line ends between, each with a name of its own
 * after a #. @throws Error that says what to write.
 */
export function parseRelays(smtpUrl: string): RelayUrl[] {
  const relays = relayUrls(smtpUrl).map((written) => {
    const [, url = written, named] = /^([^#]*)#([a-z0-9-]{1,40})$/.exec(written) ?? [];
    const target = parseSmtpUrl(url);
    return { name: named ?? target.display, url, target };
  });
  const twice = relays.find(({ name }, i) => relays.findIndex((relay) => relay.name === name) !== i);
  if (twice !== undefined)
    throw new Error(
      `SMTP_URL: two relays are called ${twice.name}; write a name of its own after each, such as smtp://${twice.target.display}#one.`,
    );
  return relays;
}
