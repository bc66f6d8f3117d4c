/** Asks again until it holds. @param words is said when it does not hold in time. */
export async function waitFor(
  holds: () => boolean | Promise<boolean>,
  words: () => string,
  seconds = 40,
): Promise<void> {
  const until = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`Waited ${seconds} s in vain for: ${words()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
