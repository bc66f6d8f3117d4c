import { type RelayBench, relayBench } from '../faults/relay-bench';
import { timesFired } from '../times-fired';

let bench: RelayBench;
beforeAll(async () => {
  const breaker = { windowSeconds: 600, minimumOutcomes: 500, refusedShare: 1, sameRefusals: 500 };
  bench = await relayBench(4, [], {
    relay: { sessions: 1, messagesPerSession: null },
    breaker: { ...breaker, sessionFailures: 500 },
  });
});
afterAll(() => bench.end());

// A slice of the bench is shorter than the pause.
test.each([
  ['greeting', '421 4.3.2 down'],
  ['mail', '451 4.3.0 busy'],
])(
  'a relay that is in trouble at %s is asked once in a slice at most, and then left alone for a while',
  async (at, reply) => {
    await bench.begin();
    await bench.relay.control({ add: { at, reply } });
    await bench.slices(5);
    const asked = await timesFired(bench.relay);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(5); // and not at all where the machine was busy for a whole slice
    expect(await bench.states()).toEqual({ released: 4 });
    expect((await bench.gate()).gate).toBe('open');
  },
);
