/** One line of CSV (RFC 4180), its end included; null is an empty cell. */
export function csvLine(cells: (string | number | null)[]): string {
  return `${cells.map((cell) => quoted(safeCell(cell === null ? '' : String(cell)))).join(',')}\r\n`;
}

/**
 * Other people's words, as a spreadsheet may have them: what it would take for a formula gets an apostrophe in front, also behind
 * whatever may begin a cell where the separator is another than the comma. Digits stay as they are, zeros in front included.
 */
export function safeCell(text: string): string {
  if (NUMBER.test(text)) return text;
  const safe = text.replaceAll('\0', '').replace(FORMULA, "$1'$2");
  return /^[\t\r\n]/.test(safe) ? `'${safe}` : safe;
}

/** The customer -5 is not a formula. */
const NUMBER = /^-\d+$/;
/** The full-width signs too, which some spreadsheets read as the others. */
const FORMULA = /(^|[;,|"\t\r\n])([^\S\t\r\n]*[=+\-@＝＋－＠])/g;

function quoted(text: string): string {
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
