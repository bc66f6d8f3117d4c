/** A few of many, spread evenly over all that came, however many those are: the first, every second, every fourth, ... */
export interface ThinSamples<T> {
  readonly samples: T[];
  add(one: T): void;
}

/** @param most are kept; at least half as many, where so many came. */
export function thinSamples<T>(most: number): ThinSamples<T> {
  let samples: T[] = [];
  let [every, seen] = [1, 0];
  return {
    get samples() {
      return samples;
    },
    add: (one) => {
      if (seen++ % every !== 0) return;
      samples.push(one);
      if (samples.length <= most) return;
      samples = samples.filter((_, i) => i % 2 === 0);
      every *= 2;
    },
  };
}
