/** '2026-11-25 02:06:31.123' (UTC, as the database has it) in milliseconds since 1970. */
export function sqlTimeMs(sqlTime: string): number {
  return Date.parse(isoTime(sqlTime));
}

/** The other way round. */
export function sqlTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}

/** '2026-11-25 02:06:31.123456' (UTC) as ISO 8601. */
export function isoTime(sqlTime: string): string {
  return `${sqlTime.replace(' ', 'T').slice(0, 23)}Z`;
}

/** The same of a column that may be NULL. */
export function isoTimeOrNull(sqlTime: string | null): string | null {
  return sqlTime === null ? null : isoTime(sqlTime);
}
