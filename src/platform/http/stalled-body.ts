import type { RequestHandler } from 'express';
import { RequestTimeoutError } from './http.errors.js';
import { answerWithProblem } from './problem.filter.js';
import { hasBody } from './read-body.js';

const busy = new WeakMap<object, () => boolean>();

/** A body that may stand still while something is done with what came of it: its sender may be waiting for that. */
export function standsStillWhile(request: object, isBusy: () => boolean): void {
  busy.set(request, isBusy);
}

/** Answers 408 when a body stands still for `stallMs` though we would read on. A reader that pauses is no fault of the client. */
export function stalledBody(stallMs: number): RequestHandler {
  return (request, response, next) => {
    if (!hasBody(request)) return next();
    let seenBytes = request.socket.bytesRead;
    let quiet = false;
    const timer = setInterval(() => {
      if (request.complete || request.destroyed) return clearInterval(timer);
      const wanted = request.readableLength < request.readableHighWaterMark && busy.get(request)?.() !== true;
      const still = request.socket.bytesRead === seenBytes;
      seenBytes = request.socket.bytesRead;
      // two looks in a row, so that a body is given at least stallMs
      if (!wanted || !still || !quiet) return void (quiet = wanted && still);
      clearInterval(timer);
      response.once('close', () => request.destroy());
      if (!response.headersSent) answerWithProblem(new RequestTimeoutError(Math.round(stallMs / 1000)), request, response);
      else request.destroy();
    }, stallMs / 2);
    timer.unref();
    response.once('close', () => clearInterval(timer));
    next();
  };
}
