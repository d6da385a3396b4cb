import { Injectable } from '@nestjs/common';

/** `ok`; `degraded`: searches are still answered; `down`: not ready. */
export type HealthState = 'ok' | 'degraded' | 'down';

export interface HealthCheck {
  status: HealthState;
  /** One sentence for people, when something is wrong. */
  detail?: string;
  /** Figures worth showing, snake_case. */
  [figure: string]: unknown;
}

/** Where modules say how they are; `/health/ready` reads it. The floor knows no module, so modules come to it. */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, () => HealthCheck>();

  register(name: string, check: () => HealthCheck): void {
    this.checks.set(name, check);
  }

  report(): { status: HealthState; checks: Record<string, HealthCheck> } {
    const checks: Record<string, HealthCheck> = {};
    let status: HealthState = 'ok';
    for (const [name, check] of this.checks) {
      checks[name] = check();
      if (checks[name].status === 'down') status = 'down';
      else if (checks[name].status === 'degraded' && status === 'ok') status = 'degraded';
    }
    return { status, checks };
  }
}
