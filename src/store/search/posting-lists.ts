/** Documents of a key: one, a few, or many. Most keys of most stores have one, and a set takes ten times the room of a number. */
type Posting = number | readonly number[] | Set<number>;

const FEW = 8;
/** Power of two. A map that doubles copies all that it holds: many small ones never stop the process for long. */
const SHARDS = 64;

/**
 * From the hash of a property to the documents that have it. Two properties may have the same hash, so what is found must
 * still be verified; nothing is ever missing.
 */
export class PostingLists {
  private readonly shards = Array.from({ length: SHARDS }, () => new Map<number, Posting>());

  /** How many keys have any document. */
  get keys(): number {
    return this.shards.reduce((sum, { size }) => sum + size, 0);
  }

  /** The document must not have the key yet. */
  add(key: number, id: number): void {
    const shard = this.shardOf(key);
    const posting = shard.get(key);
    if (posting === undefined) shard.set(key, id);
    else if (typeof posting === 'number') shard.set(key, [posting, id]);
    else if (posting instanceof Set) posting.add(id);
    else if (posting.length < FEW) shard.set(key, [...posting, id]);
    else shard.set(key, new Set(posting).add(id));
  }

  remove(key: number, id: number): void {
    const shard = this.shardOf(key);
    const posting = shard.get(key);
    if (posting === undefined) return;
    if (typeof posting === 'number') {
      if (posting === id) shard.delete(key);
    } else if (posting instanceof Set) {
      posting.delete(id);
      if (posting.size === 0) shard.delete(key);
    } else {
      const left = posting.filter((other) => other !== id);
      shard.set(key, left.length === 1 ? left[0] : left);
    }
  }

  count(key: number): number {
    const posting = this.shardOf(key).get(key);
    if (posting === undefined) return 0;
    if (typeof posting === 'number') return 1;
    return posting instanceof Set ? posting.size : posting.length;
  }

  /** May be read on while the lists change: what is removed before its turn may or may not come, what is added too. */
  ids(key: number): Iterable<number> {
    const posting = this.shardOf(key).get(key) ?? [];
    return typeof posting === 'number' ? [posting] : posting;
  }

  private shardOf(key: number): Map<number, Posting> {
    return this.shards[key & (SHARDS - 1)];
  }
}
