/** What was measured against what, and whether it is enough. */
export interface Measured {
  name: string;
  /** As it is to be read, with its unit. */
  ours: string;
  against: string;
  /** Ours over the reference; or for a limit the value itself. */
  value: number;
  shown: string;
  floor: string;
  passes: boolean;
}

export interface BenchFigures {
  expire: ExpireRates;
  notify: NotifyRates;
  renderMicroseconds: number;
}

/** Customers a second. */
export interface ExpireRates {
  ours: number;
  bare: number;
  /** Ours, with the passwords in a table of their own. */
  twoTables: number;
}

export interface NotifyRates {
  /** Messages a second, medians. */
  ours: number;
  source: number;
  nodemailer: number;
  nodemailerRaw: number;
  /** Ours into the capture relay, which logs each message before it accepts it. */
  intoRelay: number;
  workerMegabytes: number;
}

/** The floors of the mail path and the expiry, on two cores. */
export function measureUp({ expire, notify, renderMicroseconds }: BenchFigures): Measured[] {
  const ratio = (name: string, ours: number, against: [string, number], floor: number | null): Measured => ({
    name,
    ours: `${rate(ours)}/s`,
    against: `${against[0]}: ${rate(against[1])}/s`,
    value: ours / against[1],
    shown: `${(ours / against[1]).toFixed(2)}x`,
    floor: floor === null ? '' : `at least ${floor}x`,
    passes: ours / against[1] >= (floor ?? 0),
  });
  const limit = (name: string, value: number, unit: string, most: number): Measured => ({
    name,
    ours: `${value.toFixed(1)} ${unit}`,
    against: '',
    value,
    shown: '',
    floor: `at most ${most} ${unit}`,
    passes: value <= most,
  });
  return [
    ratio('Expire', expire.ours, ['bare SQL loop, the same writes', expire.bare], 0.75),
    ratio(
      'Expire, passwords in a table of their own',
      expire.twoTables,
      ['the same bare loop, on one table', expire.bare],
      null,
    ),
    ratio(
      'Notify, ledger on, into smtp-sink',
      notify.ours,
      ['smtp-source into smtp-sink', notify.source],
      0.3,
    ),
    ratio(
      'Notify, ledger on, into smtp-sink',
      notify.ours,
      ['nodemailer, pooled, composing the same message', notify.nodemailer],
      4,
    ),
    ratio(
      'Notify, ledger on, into smtp-sink',
      notify.ours,
      ['nodemailer, pooled, given our finished bytes', notify.nodemailerRaw],
      null,
    ),
    {
      name: 'Notify, ledger on, into the capture relay',
      ours: `${rate(notify.intoRelay)}/s`,
      against: '',
      value: notify.intoRelay,
      shown: '',
      floor: '',
      passes: true,
    },
    limit('Render one message', renderMicroseconds, 'us', 30),
    limit('Worker memory (RSS) at the end', notify.workerMegabytes, 'MB', 250),
  ];
}

/** A table for README. */
export function markdown(measured: Measured[], about: string): string {
  return [
    '| | ours | against | ratio | floor |',
    '|---|---|---|---|---|',
    ...measured.map(
      ({ name, ours, against, shown, floor, passes }) =>
        `| ${name} | ${ours} | ${against} | ${shown} | ${floor}${floor === '' ? '' : passes ? ', held' : ', **MISSED**'} |`,
    ),
    '',
    about,
  ].join('\n');
}

/** Of the rounds of one measurement. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function rate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en-US');
}
