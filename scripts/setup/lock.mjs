import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './root.mjs';
import { say } from './say.mjs';

/**
 * Runs `work` while no other process sets this checkout up. The lock is an abstract socket: the kernel drops it with the
 * process, so that a killed set-up leaves nothing to clean away. Where there are none (not Linux) nothing is locked.
 */
export async function withSetupLock(work) {
  const server = process.platform === 'linux' ? await takeLock() : undefined;
  try {
    return await work();
  } finally {
    server?.close();
  }
}

async function takeLock() {
  const name = `\0hybrid-vector-storage-setup-${createHash('sha256').update(fs.realpathSync(root)).digest('hex')}`;
  for (let attempt = 0; ; attempt++) {
    const server = await listen(name);
    if (server) return server;
    if (attempt === 0) say('another process sets this checkout up: waiting for it');
    await sleep(100);
  }
}

function listen(name) {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(name, () => resolve(server));
  });
}
