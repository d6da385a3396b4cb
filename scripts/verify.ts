/**
 * Says line by line whether an installation is sound: the native library, the model, the database, its migrations, the two
 * stores; and saves, finds and deletes a probe document. On the instance at `BASE_URL` (with `API_KEY` if it asks for one);
 * without it on one that is started on `DATA_DIR` for as long as it takes. Exit code 0 only when all is sound.
 */
import { readEnvironment } from '../src/platform/index.js';
import { HttpClient } from './http-client.js';
import { Instance } from './instance.js';
import { bold, say } from './terminal.js';
import { Findings, Unsound } from './verify/findings.js';
import { DatabaseProbe } from './verify/database.js';
import { instanceIsReady } from './verify/health.js';
import { modelIsSound } from './verify/embedding-model.js';
import { nativeLibraryIsSound } from './verify/native-library.js';
import { probeDocument } from './verify/probe-document.js';
import { storesAreInStep } from './verify/stores.js';

const environment = readEnvironment();
const { BASE_URL: baseUrl, API_KEY: apiKey } = environment;
const findings = new Findings();
const LOG = 'Look at the log of the service, and at GET /health/ready.';

/** What is installed here, without an instance. */
async function verifyInstallation(): Promise<void> {
  say(`\n${bold('This installation')}`);
  await findings.check('native library', 'Run "npm run setup": it builds the FAISS binding again.', nativeLibraryIsSound);
  await findings.check('embedding model', 'Put the files of data/models back: git checkout -- data/models', modelIsSound);
}

async function verifyInstance(client: HttpClient): Promise<void> {
  say(`\n${bold(`The instance at ${client.baseUrl}`)}`);
  const notThere = 'Is it running there? Start it with "npm start", or correct BASE_URL.';
  if (!(await findings.check('service', notThere, () => instanceIsReady(client)))) return;
  const database = await DatabaseProbe.of(client, environment.DATABASE_URL);
  if (await findings.check('database', LOG, () => database.answers())) {
    await findings.check('migrations', LOG, () => database.migrationsAreApplied());
    await findings.check('in step', LOG, () => storesAreInStep(client));
    await findings.check('counts', LOG, () => database.countsAreEqual(client));
  }
  await findings.check('probe document', LOG, () => probeDocument(client));
}

/** An instance of our own on `DATA_DIR`, stopped when all is said. */
async function verifyDataFolder(): Promise<void> {
  let instance: Instance | undefined;
  const started = await findings.check('start on DATA_DIR', 'The line above is the last that the service wrote.', async () => {
    try {
      instance = await Instance.start(environment);
    } catch (error) {
      const { message } = error as Error;
      if (!/in use by another process/.test(message)) throw error;
      throw new Unsound(message, 'To look at the running instance: BASE_URL=http://localhost:3000 npm run verify');
    }
    return 'ready';
  });
  if (!started || !instance) return;
  const own = instance;
  const stop = (): void => void own.stop();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    await verifyInstance(new HttpClient(own.baseUrl));
  } finally {
    await findings.check('stop', `Its last lines were:\n${own.lastLines(5).join('\n')}`, async () => {
      const code = await own.stop();
      if (code !== 0) throw new Error(`exit code ${code}`);
      return 'it ended cleanly';
    });
  }
}

await verifyInstallation();
if (baseUrl) await verifyInstance(new HttpClient(baseUrl.replace(/\/+$/, ''), apiKey));
else await verifyDataFolder();
say(findings.allSound ? '\nAll is sound.' : '\nNot all is sound: see the lines with ✗.');
process.exit(findings.allSound ? 0 : 1);
