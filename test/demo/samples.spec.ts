import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

describe('the PDFs in data/samples', () => {
  it('are what scripts/make-samples.mjs makes of their texts, byte for byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hvs-samples-'));
    try {
      const made = spawnSync(process.execPath, [join(root, 'scripts/make-samples.mjs'), folder], { encoding: 'utf8' });
      expect(made.stderr).toBe('');
      const names = readdirSync(folder);
      expect(names).toEqual(readdirSync(join(root, 'data/samples')).filter((name) => name.endsWith('.pdf')));
      for (const name of names) expect(readFileSync(join(folder, name)).equals(readFileSync(join(root, 'data/samples', name)))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
