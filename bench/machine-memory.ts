import { readFileSync } from 'node:fs';

const lookMs = 500;

/** Watches how much of the machine's memory cannot be had: that of all processes, whoever runs them. */
export class MachineMemory {
  private most = 0;
  private readonly timer = setInterval(() => this.look(), lookMs).unref();

  /** Gigabytes at most since the beginning. */
  end(): string {
    clearInterval(this.timer);
    this.look();
    return (this.most / 1e9).toFixed(1);
  }

  private look(): void {
    const text = readFileSync('/proc/meminfo', 'utf8');
    const bytes = (name: string): number => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
    this.most = Math.max(this.most, bytes('MemTotal') - bytes('MemAvailable'));
  }
}
