import { StopError } from '../src/platform/index.js';

/** Rejects with a line that says what to do when nothing answers at that address. */
export async function checkInstance(baseUrl: string): Promise<void> {
  try {
    const { ok, status } = await fetch(`${baseUrl}/health/live`);
    if (!ok) throw new Error(`it answers ${status}`);
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error & { code?: string } };
    throw new StopError(
      `No instance answers at ${baseUrl} (${cause?.code ?? message}). Start one in another terminal with "npm start", or say with --url where it is; then run this again.`,
    );
  }
}
