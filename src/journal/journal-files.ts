import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** `PROCESS.MARK.dots`: one per process and incident. */
export function journalName(id: string, mark: string): string {
  return `${id}.${mark}.dots`;
}

export interface JournalFile {
  path: string;
  /** Of the process that owns it. */
  id: string;
  mark: string;
}

/** The journals in a folder, none where there is no such folder. */
export function journalsIn(folder: string): JournalFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const [id, mark, ending, ...more] = name.split('.');
    if (!id || !mark || ending !== 'dots' || more.length > 0) return [];
    return [{ path: join(folder, name), id, mark }];
  });
}

/** An incident's books by name, on whatever server a copy of them lies; tells nothing of the key that it is made from. */
export function incidentMark(messageKey: Buffer): string {
  return createHash('sha256').update('journal').update(messageKey).digest('hex').slice(0, 16);
}

/** Differs after each start of the machine. */
export function bootId(): string {
  const linux = '/proc/sys/kernel/random/boot_id';
  if (existsSync(linux)) return readFileSync(linux, 'utf8').trim();
  return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
}

/**
 * Magic numbers of file systems that only this kernel writes (statfs(2)): ext2-4, XFS, Btrfs, tmpfs, overlayfs, ZFS, F2FS, ramfs,
 * bcachefs; APFS and HFS+ on macOS. Elsewhere (NFS, SMB, FUSE ...) what a killed process wrote may not be there for us.
 */
const LOCAL = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010, 0x858458f6, 0xca451a4e,
  0x1a, 0x11,
]);

export function isOnLocalDisk(path: string): boolean {
  return LOCAL.has(statfsSync(path).type);
}
