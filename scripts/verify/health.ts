import { UnexpectedAnswer, type HttpClient } from '../http-client.js';
import { Unsound } from './findings.js';

export interface ReadyAnswer {
  status: 'ok' | 'degraded' | 'down';
  checks: Record<string, HealthFinding | undefined>;
}

export interface HealthFinding {
  status: 'ok' | 'degraded' | 'down';
  detail?: string;
  /** Of the database: the embedded one, or one that somebody else runs. */
  server?: 'embedded' | 'external';
  /** Of the database: the folder of its socket, or its address without the password. */
  address?: string;
}

export async function askHealth(client: HttpClient): Promise<ReadyAnswer> {
  return client.get<ReadyAnswer>('/health/ready');
}

/** Searches are answered, and no part has something to say. */
export async function instanceIsReady(client: HttpClient): Promise<string> {
  const { status, checks } = await askHealth(client);
  const faults = Object.entries(checks).filter(([name, check]) => check?.status !== 'ok' && name !== 'database');
  if (faults.length > 0) {
    const said = faults.map(([name, check]) => `${name} is ${check?.status}: ${check?.detail ?? 'no detail'}`).join('; ');
    throw new Unsound(said, 'Do what it says. Searches are answered all the same when it is only degraded.');
  }
  await keyIsTaken(client);
  return `${status}; ${Object.keys(checks).join(', ')}`;
}

/** Health is told to everybody, all else only to who has a key. */
async function keyIsTaken(client: HttpClient): Promise<void> {
  try {
    await client.get('/vectors/stats');
  } catch (error) {
    if (!(error instanceof UnexpectedAnswer && error.status === 401)) throw error;
    throw new Unsound(error.message, 'Set API_KEY to the key of an entry of its API_KEYS (not the name).');
  }
}
