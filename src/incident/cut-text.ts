/**
 * At most so many characters, as the database counts them (VARCHAR, LEFT): a letter beyond the first 65,536, such as an emoji, is two units
 * of a JavaScript string. Half of one is stored as another character, so that the row would differ from the record of the same words (I6).
 * A file of its own, since every room that shortens words cuts them here.
 */
export function cutText(text: string, length: number): string {
  // Cut first: 100 kB need no scan. Half a character at this cut is never among the first `length`.
  return text.length <= length
    ? text
    : Array.from(text.slice(0, 2 * length))
        .slice(0, length)
        .join('');
}
