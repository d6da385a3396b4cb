import { Disk, type FileCalls, type OpenFile } from '../../src/platform/index.js';
import { DurabilityModel } from './durability-model.js';
import { SyncFileCalls } from './sync-file-calls.js';

/** What changes the disk, at the level of the system's calls. */
export type CallKind = 'create' | 'write' | 'fsync' | 'truncate' | 'rename' | 'unlink' | 'folder fsync' | 'mkdir';

/**
 * `once`: the call fails, the next is fine. `forever`: it fails, and every change after it. `full`: it finds no room, and so
 * does all that needs room after it. `cut`: the power goes while it is under way.
 */
export const FAULT_KINDS = ['once', 'forever', 'full', 'cut'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** Number of the call, from 1, of those that change something. */
  at: number;
}

/** What a full disk refuses. */
export const NEEDS_ROOM: readonly CallKind[] = ['create', 'write', 'mkdir'];

export interface Call {
  kind: CallKind;
  path: string;
}

/** A disk that fails once, from then on, or goes dark, at a call that the test chooses; and knows what it would show then. */
export class FaultyDisk extends Disk {
  protected override readonly calls: FaultyCalls;

  constructor(root: string, fault: Fault | null = null) {
    super();
    this.calls = new FaultyCalls(new DurabilityModel(root), fault);
  }

  get model(): DurabilityModel {
    return this.calls.model;
  }

  /** All calls so far that change something. */
  get log(): readonly Call[] {
    return this.calls.log;
  }

  get isDark(): boolean {
    return this.calls.isDark;
  }

  /** Whether what comes next will be done. */
  get isSound(): boolean {
    const { fault } = this.calls;
    return !this.isDark && (fault === null || fault.kind === 'once');
  }

  /** Nothing reaches the disk from now on: the process is gone. */
  goDark(): void {
    this.calls.isDark = true;
  }

  /** @param call 1 is the next call that changes something */
  plant(kind: FaultKind, call = 1): void {
    this.calls.fault = { kind, at: this.log.length + call };
  }

  mend(): void {
    this.calls.fault = null;
  }
}

/** A disk that keeps the order of the program, for the runs before and after a fault. */
export class SteadyDisk extends Disk {
  protected override readonly calls = new SyncFileCalls();
}

class FaultyCalls implements FileCalls {
  readonly log: Call[] = [];
  isDark = false;
  private readonly system = new SyncFileCalls();

  constructor(
    readonly model: DurabilityModel,
    public fault: Fault | null,
  ) {}

  async open(path: string, flags: string | number, mode?: number): Promise<OpenFile> {
    const creates = flags !== 'r' && flags !== 'r+' && !(await this.exists(path));
    if (creates)
      return this.change('create', path, async () => {
        const file = await this.system.open(path, flags, mode);
        this.model.created(path);
        return this.watched(path, file);
      });
    if (typeof flags === 'string' && flags.startsWith('w'))
      return this.change('truncate', path, async () => {
        this.model.truncated(path, 0);
        return this.watched(path, await this.system.open(path, flags, mode));
      });
    return this.watched(path, await this.system.open(path, flags, mode));
  }

  readFile = (path: string): Promise<Buffer> => this.system.readFile(path);
  readdir = (path: string): Promise<string[]> => this.system.readdir(path);
  stat = (path: string): Promise<{ size: number }> => this.system.stat(path);

  mkdir(path: string, options: { recursive: true }): Promise<string | undefined> {
    return this.change('mkdir', path, () => this.system.mkdir(path, options));
  }

  rename(from: string, to: string): Promise<void> {
    return this.change(
      'rename',
      to,
      () => this.system.rename(from, to),
      () => this.model.renamed(from, to),
    );
  }

  unlink(path: string): Promise<void> {
    return this.change(
      'unlink',
      path,
      () => this.system.unlink(path),
      () => this.model.removed(path),
    );
  }

  rm(path: string, options: { recursive: true; force: true }): Promise<void> {
    return this.change(
      'unlink',
      path,
      () => this.system.rm(path, options),
      () => this.model.treeRemoved(path),
    );
  }

  copyFile(from: string, to: string): Promise<void> {
    return this.change('write', to, async () => {
      await this.system.copyFile(from, to);
      this.model.written(to, 0, await this.system.readFile(to));
    });
  }

  private watched(path: string, file: OpenFile): OpenFile {
    const { model } = this;
    const isFolder = async (): Promise<boolean> => (await this.system.readdir(path).catch(() => null)) !== null;
    const sync = async (): Promise<void> => {
      if (await isFolder()) return this.change('folder fsync', path, () => Promise.resolve(model.folderSynced(path)));
      return this.change('fsync', path, () => Promise.resolve(model.synced(path)));
    };
    return {
      read: (into, offset, length, position) => file.read(into, offset, length, position),
      stat: () => file.stat(),
      close: () => file.close(),
      sync,
      datasync: sync,
      truncate: (bytes) =>
        this.change(
          'truncate',
          path,
          () => file.truncate(bytes),
          () => model.truncated(path, bytes),
        ),
      write: (data, offset, length, position) => {
        const write = async (bytes: number): Promise<{ bytesWritten: number }> => {
          model.written(path, position, data.subarray(offset, offset + bytes));
          return file.write(data, offset, bytes, position);
        };
        // what fails, or is under way when the power goes, has come some way
        return this.change(
          'write',
          path,
          () => write(length),
          undefined,
          () => write(length >> 1),
        );
      },
    };
  }

  private async change<T>(
    kind: CallKind,
    path: string,
    act: () => Promise<T>,
    note: () => void = () => undefined,
    actInPart?: () => Promise<T>,
  ): Promise<T> {
    if (this.isDark) throw new Error('the process is dead');
    this.log.push({ kind, path });
    const { fault } = this;
    const isFirst = fault?.at === this.log.length;
    if (fault && this.fails(fault, kind)) {
      if (fault.kind === 'cut') {
        // under way: whether it comes to be is the model's choice
        if (kind !== 'fsync' && kind !== 'folder fsync') {
          note();
          await act().catch(() => undefined);
        }
        this.isDark = true;
        throw new Error('the power went');
      }
      if (isFirst) await actInPart?.();
      const code = fault.kind === 'full' ? 'ENOSPC' : 'EIO';
      throw Object.assign(new Error(`${code}: the disk fails, ${kind}`), { code });
    }
    const result = await act();
    note();
    return result;
  }

  private fails({ kind: faultKind, at }: Fault, kind: CallKind): boolean {
    const number = this.log.length;
    if (faultKind === 'once' || faultKind === 'cut') return number === at;
    return number >= at && (faultKind === 'forever' || NEEDS_ROOM.includes(kind));
  }

  private async exists(path: string): Promise<boolean> {
    return this.system.stat(path).then(
      () => true,
      () => false,
    );
  }
}
