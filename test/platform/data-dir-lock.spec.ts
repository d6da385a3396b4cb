import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { lockDataDir, StopError } from '../../src/platform/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const lockModule = join(import.meta.dirname, '../../src/platform/files/data-dir-lock.js');

/** Another process that locks the folder and stays; resolves when it has it. */
async function otherHolder(dataDir: string): Promise<ChildProcess> {
  const script = `import(process.argv[1]).then(({ lockDataDir }) => { lockDataDir(process.argv[2]); console.log('locked'); setInterval(() => {}, 1e6); })`;
  const child = spawn(process.execPath, ['-e', script, lockModule, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('the lock of DATA_DIR', () => {
  it('refuses a folder that another process holds, and is free in the moment in which that one is killed', async () => {
    const dataDir = join(temporaryFolder('lock'), 'not/there/yet');
    const holder = await otherHolder(dataDir);
    expect(() => lockDataDir(dataDir)).toThrow(/is in use by another process of this program/);
    holder.kill('SIGKILL');
    await once(holder, 'close');
    lockDataDir(dataDir).release();
  });

  it('is not kept by a child process that its holder started', async () => {
    const dataDir = temporaryFolder('lock');
    const lock = lockDataDir(dataDir);
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    lock.release();
    lockDataDir(dataDir).release();
    child.kill('SIGKILL');
    await once(child, 'close');
  });

  it('names a folder that cannot be made', () => {
    for (const dataDir of ['/proc/nowhere/data', '/dev/null/data']) {
      expect(() => lockDataDir(dataDir)).toThrow(StopError);
      expect(() => lockDataDir(dataDir)).toThrow(new RegExp(`DATA_DIR=${dataDir} cannot be written`));
    }
  });
});
