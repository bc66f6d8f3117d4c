import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const [from, to] = [least, most].map((limit) => limit.toLocaleString('en-US'));
    throw new InvalidArgumentError(
      `Write a whole number from ${from} to ${to} in digits only, such as 20000.`,
    );
  };
}
