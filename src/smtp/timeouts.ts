/** How long we wait, in milliseconds, for the reply to each step. */
export interface SmtpTimeouts {
  connect: number;
  greeting: number;
  /** EHLO, STARTTLS with its handshake, AUTH, RSET. */
  command: number;
  mail: number;
  rcpt: number;
  data: number;
  /** Never shorter than 10 minutes: giving up sooner is how relays get the same message five times (C08). */
  dot: number;
  quit: number;
}

/** RFC 5321 4.5.3.2; connect and QUIT are ours, since nobody is in doubt while we connect or part. */
export const RFC_TIMEOUTS: SmtpTimeouts = {
  connect: 10_000,
  greeting: 300_000,
  command: 300_000,
  mail: 300_000,
  rcpt: 300_000,
  data: 120_000,
  dot: 600_000,
  quit: 2_000,
};

/** The same proportions at another speed, so that tests can see eleven minutes pass. */
export function scaledTimeouts(scale: number): SmtpTimeouts {
  const scaled = Object.entries(RFC_TIMEOUTS).map(([step, ms]) => [step, Math.max(1, ms * scale)]);
  return Object.fromEntries(scaled) as SmtpTimeouts;
}
