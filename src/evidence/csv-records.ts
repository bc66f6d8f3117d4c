/** One record of a CSV text and the line that it begins in. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

export interface CsvReader {
  /** The records that this piece completes. */
  push(text: string): CsvRecord[];
  /** What is left at the end. @throws Error when a quote was never closed. */
  end(): CsvRecord[];
}

/** Reads CSV in pieces (RFC 4180): quotes, doubled quotes, line breaks within them; any of LF, CRLF and CR ends a record. */
export function csvReader(separator: string): CsvReader {
  let cells: string[] = [];
  let cell = '';
  let state: 'plain' | 'quoted' | 'quote-within' = 'plain';
  let [line, begunAt, afterCr] = [1, 1, false];
  let records: CsvRecord[] = [];
  const endCell = () => {
    cells.push(cell);
    cell = '';
  };
  const endRecord = () => {
    endCell();
    if (cells.length > 1 || cells[0]!.trim() !== '') records.push({ line: begunAt, cells });
    cells = [];
    begunAt = line;
  };
  const take = (character: string) => {
    const lineEnds = character === '\r' || (character === '\n' && !afterCr);
    if (lineEnds) line++;
    if (state === 'quoted') {
      if (character === '"') state = 'quote-within';
      else cell += character;
    } else if (character === '"' && (cell === '' || state === 'quote-within')) {
      if (state === 'quote-within') cell += '"';
      state = 'quoted';
    } else {
      state = 'plain';
      if (character === separator) endCell();
      else if (lineEnds) endRecord();
      else if (character !== '\n') cell += character;
    }
    afterCr = character === '\r';
  };
  const flush = () => {
    const complete = records;
    records = [];
    return complete;
  };
  return {
    push: (text) => {
      for (const character of text) take(character);
      return flush();
    },
    end: () => {
      if (state === 'quoted')
        throw new Error(`the quote that is opened in the record of line ${begunAt} is never closed`);
      if (cell !== '' || cells.length > 0) endRecord();
      return flush();
    },
  };
}
