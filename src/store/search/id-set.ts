const PAGE_IDS_LOG2 = 12;
const PAGE_WORDS = 2 ** PAGE_IDS_LOG2 / 32;
const IN_PAGE = 2 ** PAGE_IDS_LOG2 - 1;

/** A set of document ids as bits, in pages: half of a million documents take 130 KB, and ids that are far apart cost no room between. */
export class IdSet implements Iterable<number> {
  private readonly pages = new Map<number, Uint32Array>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(id: number): boolean {
    const page = this.pages.get(id >>> PAGE_IDS_LOG2);
    return page !== undefined && (page[(id & IN_PAGE) >>> 5] & (1 << (id & 31))) !== 0;
  }

  add(id: number): void {
    if (this.has(id)) return;
    const number = id >>> PAGE_IDS_LOG2;
    let page = this.pages.get(number);
    if (!page) this.pages.set(number, (page = new Uint32Array(PAGE_WORDS)));
    page[(id & IN_PAGE) >>> 5] |= 1 << (id & 31);
    this.count++;
  }

  delete(id: number): void {
    if (!this.has(id)) return;
    const number = id >>> PAGE_IDS_LOG2;
    const page = this.pages.get(number)!;
    page[(id & IN_PAGE) >>> 5] &= ~(1 << (id & 31));
    this.count--;
    if (page.every((word) => word === 0)) this.pages.delete(number);
  }

  /** May go on while the set changes: what is deleted before its turn does not come, what is added may come. */
  *[Symbol.iterator](): Iterator<number> {
    for (const [number, page] of this.pages)
      for (let word = 0; word < PAGE_WORDS; word++)
        for (let bit = 0; bit < 32 && page[word] !== 0; bit++)
          if ((page[word] & (1 << bit)) !== 0) yield number * (IN_PAGE + 1) + word * 32 + bit;
  }
}
