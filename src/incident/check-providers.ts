import type { Finding } from './incident-problem';
import type { SoundParts } from './sound-parts';

/** A domain has one receiver. */
export function checkProviders({ relay }: SoundParts): Finding[] {
  const owners = new Map<string, string>();
  return Object.entries(relay?.providers ?? {}).flatMap(([name, domains]) =>
    domains.flatMap((domain, i) => {
      const owner = owners.get(domain);
      owners.set(domain, owner ?? name);
      if (owner === undefined) return [];
      return [
        {
          path: ['relay', 'providers', name, i],
          found: `${domain}, which stands under ${owner}, too`,
          wanted: 'each domain once',
        },
      ];
    }),
  );
}
