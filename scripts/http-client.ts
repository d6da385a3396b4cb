/** An answer that was not wanted, told as the service tells it: what failed and what to do. */
export class UnexpectedAnswer extends Error {
  constructor(
    request: string,
    readonly status: number,
    /** The problem's code, when the answer was one. */
    readonly code: string | undefined,
    detail: string,
  ) {
    super(`${request} answered ${status}${code ? ` ${code}` : ''}: ${detail}`);
  }
}

/** Calls one instance over HTTP. A call answers the body of a 2xx and throws for everything else. */
export class HttpClient {
  constructor(
    readonly baseUrl: string,
    private readonly apiKey?: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    return this.send<T>('POST', path, json);
  }

  upload<T>(path: string, filename: string, bytes: Uint8Array<ArrayBuffer>): Promise<T> {
    const form = new FormData();
    form.set('file', new Blob([bytes]), filename);
    return this.send<T>('POST', path, { body: form });
  }

  delete<T>(path: string): Promise<T> {
    return this.send<T>('DELETE', path);
  }

  private async send<T>(
    method: string,
    path: string,
    init: { body?: string | FormData; headers?: Record<string, string> } = {},
  ): Promise<T> {
    const headers: Record<string, string> = { ...init.headers };
    if (this.apiKey) headers.Authorization = `Bearer ${this.apiKey}`;
    let response: Response;
    try {
      response = await fetch(this.baseUrl + path, { method, headers, body: init.body });
    } catch (error) {
      const { cause } = error as { cause?: Error };
      throw new Error(`${method} ${this.baseUrl}${path} got no answer: ${cause?.message || String(error)}`, { cause: error });
    }
    const text = await response.text();
    if (response.ok) return (text ? JSON.parse(text) : undefined) as T;
    const { code, detail } = problemIn(text);
    throw new UnexpectedAnswer(`${method} ${path}`, response.status, code, detail);
  }
}

function problemIn(text: string): { code?: string; detail: string } {
  try {
    const problem = JSON.parse(text) as { code?: string; detail?: string } | null;
    if (typeof problem?.detail === 'string') return { code: problem.code, detail: problem.detail };
  } catch {
    // no JSON: another server, or something between us and it; its own words are the best there is
  }
  return { detail: text.slice(0, 300) || 'an empty answer' };
}
