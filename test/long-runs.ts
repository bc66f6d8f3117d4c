/** Whoever imports this has whole runs in its tests: on a machine that has much else to do one takes minutes. */
jest.setTimeout(600_000);
