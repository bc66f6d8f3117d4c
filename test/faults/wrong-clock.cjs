/** Loaded into a worker before its program: its clock is off by so much, as on a machine that nobody set right. */
const off = Number(process.env.CLOCK_OFF_MILLISECONDS);
const RightDate = Date;
const now = () => RightDate.now() + off;
globalThis.Date = new Proxy(RightDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RightDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
