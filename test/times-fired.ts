import type { RelayProcess } from '../scripts/relay/relay-process';

/** How often the relay's newest rule has struck. */
export async function timesFired(relay: RelayProcess): Promise<number> {
  const { rules } = (await relay.control({ stats: true })) as { rules: { fired: number }[] };
  return rules.at(-1)!.fired;
}
