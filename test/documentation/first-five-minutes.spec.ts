import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance } from '../../scripts/instance.js';
import { projectRoot, section } from './markdown.js';

interface Answer {
  hits: { document: { id: number }; chunk: { page_start: number } }[];
}

/** The lines to type, in their order. */
function commands(): string[] {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const blocks = section(readme, 'The first five minutes').matchAll(/```bash\n([^`]+)```/g);
  return [...blocks].flatMap((block) => block[1].trim().split('\n'));
}

/** Runs a line as a shell does. Rejects when curl cannot be run, or the answer is an error. */
async function type(line: string): Promise<string> {
  const child = spawn('sh', ['-c', line.replace(/^curl /, 'curl -sS --fail ')], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${line}\nended with ${code}: ${errors}`);
  return output;
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.warn('The README is not tried out: there is no curl on this machine');

describe('the first five minutes of the README', () => {
  (hasCurl ? it : it.skip)('go as they are written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hvs-readme-'));
    chmodSync(folder, 0o711);
    const instance = await Instance.start({ ...process.env, DATA_DIR: join(folder, 'data'), DATABASE_URL: '' });
    try {
      const outputs = new Map<string, string[]>();
      for (const line of commands()) {
        const typed = line.replaceAll('http://localhost:3000', instance.baseUrl).replaceAll('/tmp/', `${folder}/`);
        outputs.set(line, [...(outputs.get(line) ?? []), await type(typed)]);
      }
      const twice = [...outputs.values()].find((answers) => answers.length === 2) ?? [];
      const [found, gone] = twice.map((text) => (JSON.parse(text) as Answer).hits[0]);
      expect([found.document.id, found.chunk.page_start]).toEqual([1, 5]);
      expect(gone.document.id).not.toBe(1);
      expect(readFileSync(join(folder, 'manual.pdf'), 'latin1').slice(0, 5)).toBe('%PDF-');
    } finally {
      await instance.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
