/** Loaded into a worker before its program: on SIGUSR2 it fills its heap until V8 ends it ("JavaScript heap out of memory"). */
process.on('SIGUSR2', () => {
  const kept = [];
  for (;;) kept.push(new Array(1_000_000).fill(kept.length));
});
