import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory, that is soon full. Made by root alone. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  /** Null where this account may not mount; the reason is printed, since tests are then left out. */
  static mount(mebibytes: number): SmallDisk | null {
    const path = mkdtempSync(join(tmpdir(), 'hvs-disk-'));
    const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'tmpfs', path], { encoding: 'utf8' });
    if (made.status === 0) {
      chmodSync(path, 0o755);
      return new SmallDisk(path);
    }
    rmdirSync(path);
    process.stderr.write(`left out, since no tmpfs can be mounted: ${(made.stderr || String(made.error)).trim()}\n`);
    return null;
  }

  /** `size=200m`, `ro`, `rw`. */
  remount(options: string): void {
    const done = spawnSync('mount', ['-o', `remount,${options}`, this.path], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`remount,${options}: ${done.stderr}`);
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** Whatever still has files open on it goes on until it closes them. */
  unmount(): void {
    spawnSync('umount', ['--lazy', this.path]);
    rmdirSync(this.path);
  }
}
