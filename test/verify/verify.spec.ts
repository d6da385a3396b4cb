import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance } from '../../scripts/instance.js';
import { lockDataDir } from '../../src/platform/index.js';
import { runScript } from '../support/run-script.js';

describe('npm run verify', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'hvs-verify-'));
    chmodSync(dataDir, 0o711);
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('finds all sound on a new DATA_DIR and on the instance that then runs there, and leaves no probe behind', async () => {
    const alone = await runScript('verify', { DATA_DIR: dataDir, DATABASE_URL: '', BASE_URL: '' });
    expect(alone.output).not.toContain('✗');
    expect(alone.output).toContain('All is sound.');
    expect(alone.code).toBe(0);

    const instance = await Instance.start({ ...process.env, DATA_DIR: dataDir, DATABASE_URL: '' });
    try {
      const running = await runScript('verify', { BASE_URL: `${instance.baseUrl}/` });
      expect(running.output).toContain(`The instance at ${instance.baseUrl}\n`);
      expect(running.output).toContain('0 vectors in FAISS');
      expect(running.output).not.toContain('✗');
      expect(running.code).toBe(0);
    } finally {
      expect(await instance.stop()).toBe(0);
    }
  });

  it('says to look at the running instance when another process holds DATA_DIR', async () => {
    const lock = lockDataDir(dataDir);
    try {
      const { code, output } = await runScript('verify', { DATA_DIR: dataDir, BASE_URL: '' });
      expect(output).toMatch(/✗ start on DATA_DIR: .*in use by another process/);
      expect(output).toContain('BASE_URL=http://localhost:3000 npm run verify');
      expect(code).toBe(1);
    } finally {
      lock.release();
    }
  });

  it('says what to do where nothing listens', async () => {
    const { code, output } = await runScript('verify', { BASE_URL: 'http://127.0.0.1:9' });
    expect(output).toMatch(/✗ service: GET http:\/\/127\.0\.0\.1:9\/health\/ready got no answer/);
    expect(output).toContain('correct BASE_URL');
    expect(code).toBe(1);
  });
});
