import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CsvError, parse } from 'csv-parse';
import { EvidenceError, type FileFacts, LONGEST_LINE, type LogFile, linesInPieces } from './log-file';

/** One record of a CSV file and the line that it begins in. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/**
 * Calls `each` with every record that holds anything, in the memory of one chunk. Any of LF, CRLF and CR ends a record; a cell in quotes
 * may hold them. White space around a cell goes.
 * @param separator of its cells.
 * @throws EvidenceError with the line where the quotes are at fault.
 */
export async function eachCsvRecord(
  file: LogFile,
  separator: string,
  each: (record: CsvRecord) => void,
): Promise<FileFacts> {
  let facts: FileFacts | undefined;
  async function* text() {
    const pieces = linesInPieces(file);
    let piece = await pieces.next();
    for (; !piece.done; piece = await pieces.next()) yield `${piece.value.join('\n')}\n`;
    facts = piece.value;
  }
  let line = 1;
  const parser = parse({
    delimiter: separator,
    record_delimiter: ['\n', '\r'],
    trim: true,
    relax_quotes: true, // Ann "Annie" Lee, unquoted
    relax_column_count: true, // told in our own words
    max_record_size: LONGEST_LINE,
    // As it reads on, so that a fault finds the line of its own record.
    on_record: (cells: string[], { lines }) => {
      if (cells.length > 1 || cells[0] !== '') each({ line, cells });
      line = lines + 1;
      return null;
    },
  });
  try {
    await pipeline(Readable.from(text()), parser.resume());
  } catch (error) {
    const wrong = FAULTS[(error as CsvError).code];
    throw wrong === undefined ? error : new EvidenceError(`${file.name}: ${wrong(line)}`);
  }
  return facts!;
}

const FAULTS: Partial<Record<CsvError['code'], (line: number) => string>> = {
  CSV_QUOTE_NOT_CLOSED: (line) => `the quote that is opened in the record of line ${line} is never closed`,
  CSV_MAX_RECORD_SIZE: (line) =>
    `the record of line ${line} is longer than 1 MB: close the quote that is opened in it`,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: (line) =>
    `in the record of line ${line} a cell goes on after its closing quote: write a quote within it twice`,
};
