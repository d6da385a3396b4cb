import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface ScriptResult {
  code: number | null;
  /** Standard output and standard error, as they came. */
  output: string;
}

/** Runs `scripts/<name>.ts` as compiled beside the tests, with our environment and the given variables over it. */
export async function runScript(name: string, variables: Record<string, string>, args: string[] = []): Promise<ScriptResult> {
  const script = join(import.meta.dirname, `../../scripts/${name}.js`);
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...args], {
    // colours come unasked where CI is set, and are no part of what is said
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
