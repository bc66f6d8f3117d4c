import { thinSamples } from '../../src/evidence/calibrate';

const MOST = 8;

test('samples are spread evenly over all that came, however many: as many as are wanted, or half of that at least', () => {
  for (let came = 1; came <= 200; came++) {
    const thin = thinSamples<number>(MOST);
    for (let i = 0; i < came; i++) thin.add(i);
    const { samples } = thin;
    const apart = samples.length > 1 ? samples[1]! - samples[0]! : 1;
    const evenly = Array.from({ length: Math.ceil(came / apart) }, (_, i) => i * apart);
    expect({ came, samples }).toEqual({ came, samples: evenly });
    expect(samples.length).toBeLessThanOrEqual(MOST);
    expect(samples.length).toBeGreaterThanOrEqual(came <= MOST ? came : MOST / 2);
  }
});
