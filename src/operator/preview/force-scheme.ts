/**
 * A notice as it looks in the light or in the dark, whatever the reader's own setting: a page cannot tell a frame which one to
 * take, so the template's condition is made to hold always or never. For the index alone; it is not what is sent.
 */
export function forceScheme(html: string, scheme: 'light' | 'dark'): string {
  return html
    .replaceAll('@media (prefers-color-scheme: dark)', scheme === 'dark' ? '@media all' : '@media not all')
    .replace(/(color-schemes?): light dark/g, `$1: ${scheme}`)
    .replaceAll('content="light dark"', `content="${scheme}"`);
}
