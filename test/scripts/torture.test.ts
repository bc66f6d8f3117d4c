import { randomInt } from 'node:crypto';
import { type Typed, typed } from '../operator/own-operator';

// A small one, another each time; `npm run torture` does a big one. What it finds wrong is told with its seed.
test('a whole response while everything breaks: everybody told once, by the log of the relay (I1-I6)', async () => {
  const seed = randomInt(2 ** 32);
  console.log(`torture: seed ${seed}`);
  const { code, out, err } = await torture([
    '--customers',
    '2000',
    '--kills',
    '6',
    '--seed',
    String(seed),
    '--json',
  ]);
  const told = `npm run torture -- --customers 2000 --kills 6 --seed ${seed}\n${err}`;
  expect({ code, told: code === 0 ? '' : told }).toEqual({ code: 0, told: '' });
  expect(JSON.parse(out)).toMatchObject({
    customers: 2_000,
    kills: 6,
    seed,
    acceptedTwiceOrMore: 0,
    neverAccepted: 0,
    remindedTwiceOrMore: 0,
    remindedAfterChoosing: 0,
    neverReminded: 0,
    inDoubtLeft: 0,
    oldPasswordsAlive: 0,
    passwordsClobbered: 0,
    auditBroken: false,
  });
});

test('wrong arguments are refused with what is right', async () => {
  const { code, err } = await torture(['--kills', 'many']);
  expect(code).toBe(2);
  expect(err).toContain('--kills');
});

function torture(args: string[]): Promise<Typed> {
  return typed('torture', args, { ...process.env, DATABASE_URL: '', TEMPORAL_ADDRESS: '', SMTP_URL: '' });
}
