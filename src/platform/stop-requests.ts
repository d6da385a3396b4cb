import { Injectable } from '@nestjs/common';
import { ProcessStop } from './process-stop.js';

/** Carries what is found wrong to whoever owns the process. A reason that comes before there is an owner waits for it. */
@Injectable()
export class StopRequests extends ProcessStop {
  private reason: Error | null = null;
  private owner: ((reason: Error) => void) | null = null;

  stop(reason: Error): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.owner?.(reason);
  }

  /** @param stopProcess called once, with the first reason */
  onRequest(stopProcess: (reason: Error) => void): void {
    this.owner = stopProcess;
    if (this.reason !== null) stopProcess(this.reason);
  }
}
