import { Mutex } from 'async-mutex';

/** One lock a key: work on the same key goes one after the other, in order; work on different keys does not wait. */
export class KeyLock {
  private readonly locks = new Map<string, { mutex: Mutex; users: number }>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lock = this.locks.get(key) ?? { mutex: new Mutex(), users: 0 };
    this.locks.set(key, lock);
    lock.users++;
    try {
      return await lock.mutex.runExclusive(work);
    } finally {
      if (--lock.users === 0) this.locks.delete(key);
    }
  }
}
