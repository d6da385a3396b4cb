import { mark } from '../terminal.js';

/** Something is not sound. The message says what was found, the cure what to do. */
export class Unsound extends Error {
  constructor(
    found: string,
    readonly cure: string,
  ) {
    super(found);
  }
}

/** Runs checks one after another and says of each what it found. One that fails stops none of the others. */
export class Findings {
  private unsound = 0;

  get allSound(): boolean {
    return this.unsound === 0;
  }

  /**
   * @param check answers what it found, as the end of the line `✓ name: …`
   * @param cure for a failure that brings none itself
   */
  async check(name: string, cure: string, check: () => Promise<string>): Promise<boolean> {
    try {
      mark(true, `${name}: ${await check()}`);
      return true;
    } catch (error) {
      this.unsound++;
      mark(false, `${name}: ${error instanceof Error ? error.message : String(error)}`, error instanceof Unsound ? error.cure : cure);
      return false;
    }
  }
}
