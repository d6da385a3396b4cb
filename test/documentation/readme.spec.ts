import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, section, tableRows } from './markdown.js';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
/** Codes that never leave the process. */
const INTERNAL = ['SAVE_REFUSED'];

/** Variables of a file in `.env` form, with the values that it gives them. */
function envFile(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function sources(): { path: string; text: string }[] {
  const paths = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return paths.map((path) => ({ path, text: readFileSync(join(projectRoot, 'src', path), 'utf8') }));
}

const codesInReadme = tableRows(section(readme, 'Troubleshooting')).flatMap(([codes]) => codes.replaceAll('`', '').split(', '));

describe('README.md', () => {
  it('lists every variable of .env.example in its order, with the same default', () => {
    const rows = tableRows(section(readme, 'Configuration')).map(([name, value]) => [name.replaceAll('`', ''), value.replaceAll('`', '')]);
    const example = envFile(readFileSync(join(projectRoot, '.env.example'), 'utf8'));
    expect(rows).toEqual(Object.entries(example));
  });

  it('names every error code that a client can see', () => {
    const errors = sources().filter(({ path }) => path.endsWith('.errors.ts'));
    expect(errors.length).toBeGreaterThan(0);
    const codes = errors.flatMap(({ text }) =>
      [...text.matchAll(/code: '([A-Z_]+)'|'([A-Z]+(?:_[A-Z]+)+)'/g)].map((match) => match[1] ?? match[2]),
    );
    const visible = [...new Set(codes)].filter((code) => !INTERNAL.includes(code)).sort();
    expect(visible.filter((code) => !codesInReadme.includes(code))).toEqual([]);
  });

  it('names no error code that the sources do not have', () => {
    const all = sources()
      .map(({ text }) => text)
      .join('\n');
    expect(codesInReadme.filter((code) => !all.includes(`'${code}'`))).toEqual([]);
    expect(new Set(codesInReadme).size).toBe(codesInReadme.length);
  });

  it('lists the commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const named = section(readme, 'Commands').matchAll(
      /`(?:npm (?:run )?)?((?:start|test|demo|eval|verify|setup|build|bench|import|recover|rebuild)|migration:\w+)`/g,
    );
    const commands = new Set([...named].map((match) => match[1]));
    expect([...commands].sort()).toEqual(
      Object.keys(scripts)
        .filter((name) => !['lint', 'format'].includes(name))
        .sort(),
    );
  });

  it('shows files that are there', () => {
    const files = [...readme.matchAll(/file=@(\S+)/g)].map((match) => match[1]);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(projectRoot, file)))).toEqual([]);
  });
});
