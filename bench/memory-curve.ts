import { performance } from 'node:perf_hooks';
import { megabytes, ReportTable, say, verdict } from './report.js';
import type { RunningApp } from './running-app.js';

const lookMs = 250;
const steps = 10;
/** Before it the process still takes what it needs at all. */
const settledFrom = 0.3;

interface Look {
  seconds: number;
  done: number;
  residentBytes: number;
  /** Of them raw vectors, which stay. */
  vectorBytes: number;
}

/** The resident memory of a server while something goes on that makes progress. */
export class MemoryCurve {
  private readonly looks: Look[] = [];
  private readonly start = performance.now();
  private isEnded = false;
  private readonly looking: Promise<void>;

  /** @param done how far it has come, in the unit of `print`'s total */
  constructor(
    private readonly title: string,
    private readonly app: RunningApp,
    private readonly done: () => Promise<number>,
  ) {
    this.looking = this.lookAgainAndAgain();
  }

  /** Ends the watch and prints a line for each tenth; the verdict is on what grew beside the vectors. */
  async print(total: number, growthBytesMax: number): Promise<void> {
    this.isEnded = true;
    await this.looking;
    await this.look();
    const table = new ReportTable(this.title, ['done', 'after s', 'resident MB', 'of them vectors', 'the rest']);
    for (let step = 0; step <= steps; step++) {
      const look = this.looks.find(({ done }) => done >= (total * step) / steps) ?? this.looks[this.looks.length - 1];
      const rest = look.residentBytes - look.vectorBytes;
      table.row(`${step * (100 / steps)} %`, look.seconds.toFixed(1), ...[look.residentBytes, look.vectorBytes, rest].map(megabytes));
    }
    const settled = this.looks.filter(({ done }) => done >= total * settledFrom).map((look) => look.residentBytes - look.vectorBytes);
    const growth = Math.max(...settled) - settled[0];
    say(
      `Beside its vectors it grew by ${megabytes(growth)} MB at most after ${settledFrom * 100} % (at most ${megabytes(growthBytesMax)}) ${verdict(growth <= growthBytesMax)}`,
    );
  }

  private async lookAgainAndAgain(): Promise<void> {
    while (!this.isEnded) {
      await this.look();
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  private async look(): Promise<void> {
    const seconds = (performance.now() - this.start) / 1000;
    const [done, { residentBytes }, index] = await Promise.all([this.done(), this.app.memory(), this.app.json('GET', '/index')]);
    const { vector_bytes: vectorBytes } = (index as { memory: { vector_bytes: number } }).memory;
    this.looks.push({ seconds, done, residentBytes, vectorBytes });
  }
}
