/**
 * What a disk may show after the power went. A file keeps the bytes of its last fsync, and what was written since; a folder
 * the names of its last fsync, and what happened to them since. `dropped`: nothing that was not fsynced is there. `kept`: all
 * of it, as after a kill of the process alone. `torn`: each write not done, done, or done in part; each new name, rename and
 * unlink done or not, whatever the order.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const DAMAGES = ['dropped', 'kept', 'torn'] as const;
export type Damage = (typeof DAMAGES)[number];

type Write = { at: number; data: Buffer } | { cutTo: number };

interface Contents {
  durable: Buffer;
  since: Write[];
}

/** A name that goes, comes, or does both: a rename is never half done, nor is that of a folder with what is in it. */
interface Move {
  gone?: string;
  come?: string;
  contents: Contents;
}

interface NameChange {
  moves: Move[];
  /** The folders of which either's fsync makes it durable. */
  folders: string[];
}

export class DurabilityModel {
  private readonly durable = new Map<string, Contents>();
  private readonly present = new Map<string, Contents>();
  private changes: NameChange[] = [];

  /** @param root whose files count as durable from the start */
  constructor(private readonly root: string) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const contents = { durable: readFileSync(path), since: [] };
      this.durable.set(path, contents);
      this.present.set(path, contents);
    }
  }

  created(path: string): void {
    if (this.present.has(path)) return;
    const contents = { durable: Buffer.alloc(0), since: [] };
    this.present.set(path, contents);
    this.changes.push({ moves: [{ come: path, contents }], folders: [dirname(path)] });
  }

  written(path: string, at: number, data: Uint8Array): void {
    this.at(path).since.push({ at, data: Buffer.from(data) });
  }

  truncated(path: string, bytes: number): void {
    this.at(path).since.push({ cutTo: bytes });
  }

  /** As it stands now, also when another process wrote it. */
  synced(path: string): void {
    const contents = this.at(path);
    contents.durable = readFileSync(path);
    contents.since = [];
  }

  /** A file, or a folder with all that is in it. */
  renamed(from: string, to: string): void {
    if (!this.present.has(from) && this.below(from).length === 0) this.created(from); // another process wrote it
    const names = this.present.has(from) ? [from] : this.below(from);
    const moves = names.map((gone) => ({ gone, come: to + gone.slice(from.length), contents: this.present.get(gone)! }));
    for (const { gone } of moves) this.present.delete(gone);
    for (const { come, contents } of moves) this.present.set(come, contents);
    this.changes.push({ moves, folders: [dirname(from), dirname(to)] });
  }

  removed(path: string): void {
    const contents = this.present.get(path);
    if (!contents) return;
    this.present.delete(path);
    this.changes.push({ moves: [{ gone: path, contents }], folders: [dirname(path)] });
  }

  /** Its files go one by one: after a cut any of them may be there. */
  treeRemoved(path: string): void {
    for (const gone of this.below(path)) {
      this.changes.push({ moves: [{ gone, contents: this.present.get(gone)! }], folders: [dirname(path)] });
      this.present.delete(gone);
    }
  }

  folderSynced(folder: string): void {
    for (const { moves, folders } of this.changes) if (folders.includes(folder)) for (const move of moves) apply(move, this.durable);
    this.changes = this.changes.filter(({ folders }) => !folders.includes(folder));
  }

  /** Writes what the disk shows after a cut into an empty folder. @param random for what is torn */
  writeAfterCut(damage: Damage, random: () => number, folder: string): void {
    const names = new Map(this.durable);
    for (const { moves } of this.changes)
      if (damage === 'kept' || (damage === 'torn' && random() < 0.5)) for (const move of moves) apply(move, names);
    for (const [path, { durable, since }] of names) {
      const target = join(folder, relative(this.root, path));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(
        target,
        since.reduce<Buffer>((bytes, write) => done(bytes, write, damage, random), durable),
      );
    }
  }

  private below(folder: string): string[] {
    return [...this.present.keys()].filter((path) => path.startsWith(`${folder}/`));
  }

  private at(path: string): Contents {
    if (!this.present.has(path)) this.created(path);
    return this.present.get(path)!;
  }
}

/** A name that is not where the change would take it from was another's: the change leaves it alone. */
function apply({ gone, come, contents }: Move, names: Map<string, Contents>): void {
  if (gone !== undefined && names.get(gone) === contents) names.delete(gone);
  if (come !== undefined) {
    for (const [name, other] of names) if (other === contents) names.delete(name);
    names.set(come, contents);
  }
}

function done(bytes: Buffer, write: Write, damage: Damage, random: () => number): Buffer {
  if (damage === 'dropped') return bytes;
  const dice = damage === 'kept' ? 0 : random();
  if (dice > 0.75) return bytes;
  if ('cutTo' in write) return bytes.subarray(0, write.cutTo);
  const { at, data } = write;
  const result = Buffer.alloc(Math.max(bytes.length, at + data.length));
  bytes.copy(result);
  if (dice < 0.25) data.copy(result, at);
  else if (dice < 0.5) {
    const part = Math.floor(random() * (data.length + 1));
    data.copy(result, at, 0, part);
    return result.subarray(0, Math.max(bytes.length, at + part));
  } else {
    // the length is there, and some of the blocks: the others hold what stood there before, or zeros
    for (let block = 0; block < data.length; block += BLOCK_BYTES)
      if (random() < 0.5) data.copy(result, at + block, block, Math.min(block + BLOCK_BYTES, data.length));
  }
  return result;
}

const BLOCK_BYTES = 64;
