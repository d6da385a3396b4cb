import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { projectRoot } from '../../src/platform/index.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

const MAIN = join(projectRoot, 'dist-test/src/main.js');

/** The bare process, in a temporary folder of its own. */
function run(environment: NodeJS.ProcessEnv, folder: string) {
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: join(folder, 'data'), PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    output,
    ended,
    /** The address, once it listens; null when it ended before. */
    listening: async (): Promise<string> => {
      for (;;) {
        const address = /Listening on (\S+)\n/.exec(output.stdout)?.[1];
        if (address !== undefined && output.stdout.includes('Try ')) return address;
        if (child.exitCode !== null) throw new Error(`ended early: ${output.stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

describe('the process', () => {
  const folder = makeTemporaryFolder();
  const running: ReturnType<typeof run>[] = [];
  const start = (environment: NodeJS.ProcessEnv = {}): ReturnType<typeof run> => {
    const process = run(environment, folder.path);
    running.push(process);
    return process;
  };

  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
  });
  afterAll(() => folder.remove());

  it('ends its start with the address, Swagger UI and a line to try, on standard output alone', async () => {
    const process = start();
    const address = await process.listening();
    const lines = process.output.stdout.trimEnd().split('\n').slice(-3);
    expect(lines[0]).toBe(`Listening on ${address}`);
    expect(lines[1]).toContain(`${address}/docs`);
    expect(lines[2]).toMatch(/curl .*\/documents/);
    expect((await fetch(`${address}/docs`)).status).toBe(200);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with code 0 on %s, even when it comes twice', async (signal) => {
    const process = start();
    const address = await process.listening();
    // a connection that is kept open must not hold it up
    await (await fetch(`${address}/health/live`)).text();
    process.child.kill(signal);
    process.child.kill(signal);
    expect(await process.ended).toBe(0);
  });

  it('ends in order on a signal that comes while it starts', async () => {
    const process = start();
    await new Promise((resolve) => setTimeout(resolve, 900));
    process.child.kill('SIGTERM');
    expect([0, null]).toContain(await process.ended);
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT=abc is not allowed'],
    [{ HOST: '0.0.0.0' }, 'HOST=0.0.0.0 without API_KEYS'],
    [{ DATA_DIR: '/dev/null/nowhere' }, 'DATA_DIR=/dev/null/nowhere cannot be written'],
    [{ HOST: '::1', PORT: '1', DATABASE_URL: 'nonsense' }, 'DATABASE_URL=****'],
  ])('ends with one line and code 1 on %j', async (environment, line) => {
    const process = start(environment);
    expect(await process.ended).toBe(1);
    expect(process.output.stdout).toBe('');
    expect(process.output.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(line)]);
  });

  it('honours a .env file in its folder', async () => {
    writeFileSync(join(folder.path, '.env'), 'LOG_LEVEL=loud\n');
    const process = start();
    expect(await process.ended).toBe(1);
    writeFileSync(join(folder.path, '.env'), '');
    expect(process.output.stderr).toContain('LOG_LEVEL=loud');
  });

  it('ends with one line when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const process = start({ PORT: String(port), LOG_LEVEL: 'error' });
    expect(await process.ended).toBe(1);
    other.close();
    expect(process.output.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(`PORT=${port} on HOST=127.0.0.1 is in use`)]);
  });

  it.each([
    ['an exception that nobody caught', 'throw new Error("boom")'],
    ['a rejection that nobody handled', 'Promise.reject(new Error("boom"))'],
  ])('ends with code 1 and says so in its last line after %s', async (_what, failure) => {
    const code = `const t=setInterval(()=>{if(process.listenerCount("uncaughtException")===0)return;clearInterval(t);setTimeout(()=>{${failure}},1000)},20)`;
    const process = start({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` });
    expect(await process.ended).toBe(1);
    const lines = process.output.stderr.trimEnd().split('\n');
    expect(lines.at(-1)).toBe('Ended by an unexpected error: boom');
    expect(process.output.stderr).toMatch(/Error: boom(\\n|\n) +at /);
  });

  it('leaves a DATA_DIR alone that another process uses', async () => {
    const first = start();
    await first.listening();
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining('is in use by another process')]);
    expect(first.child.exitCode).toBeNull();
  });

  it('logs requests as JSON on standard error, with their ids and without keys or queries', async () => {
    const process = start({ API_KEYS: 'a:0123456789abcdef' });
    const address = await process.listening();
    const headers = { Authorization: 'Bearer 0123456789abcdef', 'X-Request-Id': 'request-17' };
    await fetch(`${address}/nothing?q=private`, { headers });
    await fetch(`${address}/health/live`);
    process.child.kill('SIGTERM');
    await process.ended;
    const lines = process.output.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ requestId: 'request-17', msg: 'GET /nothing 404', level: 30 }));
    expect(lines.some(({ msg }) => String(msg).includes('/health'))).toBe(false);
    expect(process.output.stderr).not.toMatch(/0123456789abcdef|private/);
  });
});
