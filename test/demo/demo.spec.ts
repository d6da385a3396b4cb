import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../support/run-script.js';

describe('npm run demo', () => {
  it('answers five questions from the right page, deletes, and leaves nothing behind', async () => {
    const before = demoFolders();
    const { code, output } = await runScript('demo', { DATABASE_URL: '' });
    expect(output).toContain('All as expected');
    expect(output).not.toContain('✗');
    // nine files, five answers, three lines about the deletion
    expect(output.match(/✓/g)).toHaveLength(17);
    expect(output).toMatch(/✓ Tarnbeck Warranty and Returns Policy, page 3/);
    expect(output).toContain('answers 404 DOCUMENT_NOT_FOUND');
    // plain when nobody looks
    expect(output).not.toContain('\u001b[');
    expect(code).toBe(0);
    expect(demoFolders()).toEqual(before);
  });

  it('ends with what is wrong when there is no server at DATABASE_URL, and touches nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hvs-'));
    try {
      const { code, output } = await runScript('demo', { DATABASE_URL: `postgres://nobody@localhost/none?host=${folder}` });
      expect(code).toBe(1);
      expect(output).toMatch(/✗ The server of DATABASE_URL refused: .+ Nothing of yours was changed\./);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function demoFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('hvs-demo-'));
}
