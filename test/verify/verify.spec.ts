import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance } from '../../scripts/instance.js';
import { runScript } from '../support/run-script.js';

describe('npm run verify', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'hvs-verify-'));
    chmodSync(dataDir, 0o711);
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('finds all sound on a new DATA_DIR, and leaves no probe in it', async () => {
    const first = await runScript('verify', { DATA_DIR: dataDir, DATABASE_URL: '', BASE_URL: '' });
    expect(first.output).not.toContain('✗');
    expect(first.output).toContain('All is sound.');
    expect(first.code).toBe(0);
    const again = await runScript('verify', { DATA_DIR: dataDir, DATABASE_URL: '', BASE_URL: '' });
    expect(again.output).toContain('0 vectors in FAISS');
    expect(again.code).toBe(0);
  });

  it('looks at a running instance, and says so when its DATA_DIR is asked for', async () => {
    const instance = await Instance.start({ ...process.env, DATA_DIR: dataDir, DATABASE_URL: '' });
    try {
      const running = await runScript('verify', { BASE_URL: `${instance.baseUrl}/` });
      expect(running.output).toContain(`The instance at ${instance.baseUrl}\n`);
      expect(running.output).not.toContain('✗');
      expect(running.code).toBe(0);

      const held = await runScript('verify', { DATA_DIR: dataDir, DATABASE_URL: '', BASE_URL: '' });
      expect(held.output).toMatch(/✗ start on DATA_DIR: .*in use by another process/);
      expect(held.output).toContain('BASE_URL=http://localhost:3000 npm run verify');
      expect(held.code).toBe(1);
    } finally {
      expect(await instance.stop()).toBe(0);
    }
  });

  it('says what to do where nothing listens', async () => {
    const { code, output } = await runScript('verify', { BASE_URL: 'http://127.0.0.1:9' });
    expect(output).toMatch(/✗ service: GET http:\/\/127\.0\.0\.1:9\/health\/ready got no answer/);
    expect(output).toContain('correct BASE_URL');
    expect(code).toBe(1);
  });
});
