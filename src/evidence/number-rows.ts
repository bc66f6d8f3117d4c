/** What has a length and rows by their numbers: an array, or what keeps its rows otherwise. */
export interface Listed<Row> {
  readonly length: number;
  at(row: number): Row | undefined;
}

/**
 * Rows of so many numbers each, flat in memory: a quarter of a million sessions as objects are 40 MB, and what the collection of garbage
 * leaves lying beside so much that lives is three times that.
 */
export interface NumberRows {
  readonly length: number;
  get(row: number, column: number): number;
  set(row: number, column: number, value: number): void;
  push(...values: number[]): void;
}

const ROWS_A_BLOCK = 4_096;

export function numberRows(columns: number): NumberRows {
  const blocks: Float64Array[] = [];
  let length = 0;
  const blockOf = (row: number) => blocks[Math.floor(row / ROWS_A_BLOCK)]!;
  const placeOf = (row: number, column: number) => (row % ROWS_A_BLOCK) * columns + column;
  return {
    get length() {
      return length;
    },
    get: (row, column) => blockOf(row)[placeOf(row, column)]!,
    set: (row, column, value) => {
      blockOf(row)[placeOf(row, column)] = value;
    },
    push: (...values) => {
      if (length % ROWS_A_BLOCK === 0) blocks.push(new Float64Array(ROWS_A_BLOCK * columns));
      blockOf(length).set(values, placeOf(length, 0));
      length++;
    },
  };
}

/** @param rowOf of a row that is there. */
export function listed<Row>(length: number, rowOf: (row: number) => Row): Listed<Row> {
  return { length, at: (row) => (row < length ? rowOf(row) : undefined) };
}
