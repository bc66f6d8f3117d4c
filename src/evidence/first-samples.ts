import { hashOf } from './buckets';
import { type Calibration, type ClockSample, calibrate } from './calibrate';
import type { QueueLife } from './queue-lives';

export interface ClockCalibration extends Calibration {
  /** Only messages that another relay, or a filter, had taken before show it: they may have been held there for minutes. */
  byHops: boolean;
}

interface Sample {
  clock: string;
  queueId: string;
  life: Pick<QueueLife, 'readAt' | 'client' | 'local' | 'piped' | 'handedOn' | 'passedTo'>;
  sample: ClockSample;
}

/**
 * What known messages tell of each log's clock. Of a message that went through several queues only the first life calibrates: a filter
 * may hold it for minutes before it hands it in again, and no clock jumps for that.
 */
export interface FirstSamples {
  add(whose: string, sample: Sample): void;
  calibrations(clocks: Iterable<string>): Map<string, ClockCalibration | null>;
}

/** @param most messages are kept, with all that came of each; at least half as many, where so many came. Which, does not depend on their order. */
export function firstSamples(most: number): FirstSamples {
  const ofMessage = new Map<string, Sample[]>();
  let every = 1;
  return {
    add: (whose, sample) => {
      if (hashOf(whose) % every !== 0) return;
      const others = ofMessage.get(whose);
      if (others !== undefined) others.push(sample);
      else ofMessage.set(whose, [sample]);
      while (ofMessage.size > most) {
        every *= 2;
        for (const kept of ofMessage.keys()) if (hashOf(kept) % every !== 0) ofMessage.delete(kept);
      }
    },
    calibrations: (clocks) => {
      const first = new Map<string, ClockSample[]>();
      const hops = new Map<string, ClockSample[]>();
      for (const samples of ofMessage.values())
        for (const [clock, { sample, byHop }] of earliestOf(samples)) {
          const put = byHop ? hops : first;
          const others = put.get(clock);
          if (others === undefined) put.set(clock, [sample]);
          else others.push(sample);
        }
      return new Map([...clocks].map((clock) => [clock, calibrationOf(first.get(clock), hops.get(clock))]));
    },
  };
}

function calibrationOf(first: ClockSample[] = [], hops: ClockSample[] = []): ClockCalibration | null {
  const calibration = calibrate(first.length > 0 ? first : hops);
  return calibration && { ...calibration, byHops: first.length === 0 };
}

/** Of one message on each clock; one that was handed on counts only where nothing else came. */
function earliestOf(samples: Sample[]): Map<string, { sample: ClockSample; byHop: boolean; at: number }> {
  const earliest = new Map<string, { sample: ClockSample; byHop: boolean; at: number }>();
  for (const { clock, queueId, life, sample } of samples) {
    const [byHop, at] = [isHandedOn({ queueId, life }, samples), life.readAt ?? Number.POSITIVE_INFINITY];
    const known = earliest.get(clock);
    if (known === undefined || (known.byHop && !byHop) || (known.byHop === byHop && at < known.at))
      earliest.set(clock, { sample, byHop, at });
  }
  return earliest;
}

function isHandedOn({ queueId, life }: Pick<Sample, 'queueId' | 'life'>, all: Sample[]): boolean {
  return all.some(
    ({ queueId: otherId, life: from }) =>
      otherId !== queueId &&
      (from.handedOn.includes(queueId) ||
        (life.local && from.piped) ||
        (life.client !== null && life.client !== from.client && from.passedTo.includes(life.client))),
  );
}
