import type { CatalogColumn } from '../catalog';

/** In every character set that a server has. */
export const FITS_A_BYTE = /^[ -~]*$/;

const BITS: Record<string, bigint> = { tinyint: 8n, smallint: 16n, mediumint: 24n, int: 32n, bigint: 64n };

/** The greatest whole number that the column holds; null: it holds none. */
export function integerRange({ type, sqlType }: Pick<CatalogColumn, 'type' | 'sqlType'>): bigint | null {
  const bits = BITS[type];
  if (bits === undefined) return type === 'decimal' ? 10n ** 10n : null;
  return /unsigned/.test(sqlType) ? 2n ** bits - 1n : 2n ** (bits - 1n) - 1n;
}
