import { patched, sleep, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';

/** Each fails in its own way, with somebody's name in what it holds. */
const NAME = 'Ann Smith';

export async function throws(): Promise<never> {
  throw new TypeError('a defect of the code');
}

export async function asksForUnknownAttribute(): Promise<void> {
  upsertSearchAttributes({ NoSuchAttribute: [NAME] });
  await sleep(1);
}

export async function tellsTooMuch(): Promise<void> {
  upsertMemo({ name: NAME.repeat(300_000) });
  await sleep(1);
}

export async function changes(): Promise<void> {
  patched('of-tomorrow');
  upsertMemo({ name: NAME });
  await sleep(1_000);
}
