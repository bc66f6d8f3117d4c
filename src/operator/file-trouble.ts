/**
 * What a file system says no with, in words that complete "cannot be written: ..."; null: the error is none of a file system's. Errors
 * of the database's connection have a `syscall`, too, and none of these codes.
 */
export function fileTrouble(error: unknown): string | null {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === undefined || syscall === undefined ? null : (TROUBLES[code] ?? null);
}

const TROUBLES: Record<string, string> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'there is something of that name already',
  ENOTEMPTY: 'somebody wrote into it meanwhile',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'there is no space left',
  EDQUOT: 'there is no space left for this user',
  EFBIG: 'this user may not write files of that size',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMLINK: 'it has too many links',
  EIO: 'the disk has a fault',
};
