import { rmSync } from 'node:fs';

export default async function stackDown(): Promise<void> {
  await globalThis.testStack?.stack.stop();
  if (globalThis.testStack) rmSync(globalThis.testStack.folder, { recursive: true, force: true });
}
