/**
 * At most so many characters, as the database counts them (VARCHAR, LEFT): a letter beyond the first 65,536, such as an emoji, is two units
 * of a JavaScript string. Half of one is stored as another character, so that the row would differ from the record of the same words (I6).
 * A file of its own, since every room that shortens words cuts them here.
 */
export function cutText(text: string, length: number): string {
  return new RegExp(`^.{0,${length}}`, 'su').exec(text)![0];
}
