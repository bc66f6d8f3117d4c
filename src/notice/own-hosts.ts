import type { Incident } from '../incident/incident-schema';

/** Addresses in the text whose host is none of the incident's two links: nobody else's may be in a notice. */
export function foreignAddresses(text: string, incident: Incident): string[] {
  const { choosePassword, page } = incident.links;
  const own = new Set([hostOf(choosePassword), hostOf(page)]);
  return (text.match(/(?:\b[a-z][a-z0-9+.-]*:)?\/\/[^\s<>"'()]+/gi) ?? []).filter(
    (url) => !own.has(hostOf(url)),
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url, 'https://relative.invalid').host;
  } catch {
    return url; // not even an address: nobody's host
  }
}
