import { Logger } from '@nestjs/common';
import { lockDataDir, readConfig, readEnvironment, StopError, type Config } from '../../src/platform/index.js';

/** Runs a command that must have `DATA_DIR` to itself. Ends with code 1 and one line when it cannot do its work. */
export async function runOffline(work: (config: Config, args: string[]) => Promise<void>): Promise<void> {
  Logger.overrideLogger(['fatal', 'error']);
  try {
    const config = readConfig(readEnvironment());
    const lock = lockDataDir(config.data.dataDir);
    try {
      await work(config, process.argv.slice(2));
    } finally {
      lock.release();
    }
  } catch (error) {
    console.error(error instanceof StopError ? error.message : error);
    process.exitCode = 1;
  }
}
