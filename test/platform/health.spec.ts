import { HealthRegistry, type HealthState } from '../../src/platform/index.js';
import { startHttp, type RunningApplication } from '../support/application.js';
import { ProbeModule } from '../support/probe.module.js';

describe('health', () => {
  let probe: RunningApplication;
  const state: { store: HealthState; database: HealthState } = { store: 'ok', database: 'ok' };

  beforeAll(async () => {
    probe = await startHttp(ProbeModule);
    const registry = probe.app.get(HealthRegistry);
    registry.register('store', () => ({ status: state.store }));
    registry.register('database', () => ({ status: state.database, detail: 'It is away.', lag: 3 }));
  });
  afterAll(() => probe.stop());

  const ready = async (): Promise<unknown[]> => {
    const response = await fetch(`${probe.url}/health/ready`);
    return [response.status, await response.json()];
  };

  it('is alive as long as it answers', async () => {
    const response = await fetch(`${probe.url}/health/live`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('is ready when all checks are well, and when one is degraded', async () => {
    expect(await ready()).toMatchObject([200, { status: 'ok' }]);
    state.database = 'degraded';
    expect(await ready()).toEqual([
      200,
      { status: 'degraded', checks: { store: { status: 'ok' }, database: { status: 'degraded', detail: 'It is away.', lag: 3 } } },
    ]);
  });

  it('is not ready while a check is down', async () => {
    state.store = 'down';
    expect(await ready()).toMatchObject([503, { status: 'down', checks: { store: { status: 'down' } } }]);
  });
});
