/**
 * Whether a text from a column of kinds, languages or countries may be shown as one. A column that holds something else than its name
 * says must not put a customer's address or number on the screen.
 */
export function isPlainName(text: string): boolean {
  return !/@|\d{5,}/.test(text);
}
