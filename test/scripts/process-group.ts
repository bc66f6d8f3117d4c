/** Whether a process of that group is there. */
export function isAnyOf(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
