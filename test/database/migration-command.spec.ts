import { lockDataDir } from '../../src/platform/index.js';
import { startTestPostgres } from '../support/postgres.js';
import { runScript } from '../support/run-script.js';
import { ServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('npm run migration:*', () => {
  const migration = (variables: Record<string, string>, ...args: string[]) => runScript('migration', variables, args);

  it('works on DATABASE_URL: run, compare, revert, show', async () => {
    const postgres = await startTestPostgres();
    try {
      const where = { DATABASE_URL: postgres.databaseUrl, DATA_DIR: temporaryFolder('migration') };
      expect(await migration(where, 'run')).toMatchObject({ code: 0 });
      expect(await migration(where, 'generate', '--check')).toEqual({
        code: 0,
        output: expect.stringContaining('No changes in database schema'),
      });
      expect(await migration(where, 'revert')).toMatchObject({ code: 0 });
      const { output } = await migration(where, 'show');
      expect(output).toMatch(/\[X\] \d+ AddHeadingPath\d+\n.*\[ \] NumberDocuments/s);
      await postgres.query('DROP INDEX idx_vector_faiss_index');
      expect(await migration(where, 'generate', '--check')).toEqual({ code: 1, output: expect.stringContaining('idx_vector_faiss_index') });
    } finally {
      await postgres.stop();
    }
  });

  it('starts the embedded server under the lock when none runs, and joins the one of a running instance', async () => {
    const where = { DATABASE_URL: '', DATA_DIR: temporaryFolder('migration') };
    expect(await migration(where, 'run')).toMatchObject({ code: 0 });
    const instance = await ServerProcess.start(where);
    try {
      expect(await migration(where, 'show')).toEqual({ code: 0, output: expect.stringMatching(/^(\[X\] .*\n)+$/) });
    } finally {
      expect(await instance.stop()).toBe(0);
    }
  });

  it('ends with one line while another process holds the folder and no server answers, and at an unknown command', async () => {
    const where = { DATABASE_URL: '', DATA_DIR: temporaryFolder('migration') };
    const lock = lockDataDir(where.DATA_DIR);
    expect(await migration(where, 'show')).toEqual({
      code: 1,
      output: expect.stringMatching(/^DATA_DIR=\S+ is in use by another process.*\n$/),
    });
    lock.release();
    expect(await migration(where, 'rollback')).toEqual({ code: 1, output: 'Say which: run, revert, show, generate.\n' });
  });
});
