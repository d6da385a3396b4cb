import type { FileHandle } from 'node:fs/promises';
import { Disk, type DiskStep } from '../../src/platform/index.js';

/**
 * A process that dies: the step with number `diesAt` (from 1) is not done, or half done, and nothing after it reaches the
 * disk either.
 */
export class CrashingDisk extends Disk {
  readonly steps: string[] = [];
  private dead = false;

  constructor(
    private readonly diesAt: number,
    /** Whether a write that dies leaves the first half of its bytes behind. */
    private readonly tearsWrites: boolean,
  ) {
    super();
  }

  get hasDied(): boolean {
    return this.dead;
  }

  protected override before(step: DiskStep, path: string): Promise<void> {
    this.steps.push(`${step} ${path.split('/').pop()}`);
    if (this.dead || (this.steps.length === this.diesAt && !(step === 'write' && this.tearsWrites))) return this.die();
    return Promise.resolve();
  }

  protected override async writeAll(file: FileHandle, data: readonly Uint8Array[], position: number): Promise<void> {
    if (this.steps.length !== this.diesAt) return super.writeAll(file, data, position);
    const bytes = Buffer.concat(data);
    await super.writeAll(file, [bytes.subarray(0, bytes.length >> 1)], position);
    return this.die();
  }

  private die(): Promise<never> {
    this.dead = true;
    return Promise.reject(new Error('the process is dead'));
  }
}
