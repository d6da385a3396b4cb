/** Status and JSON of one request; problems too. */
export async function requestJson(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; type: string; body: Record<string, never> & Record<string, unknown> }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + path, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: text,
  });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: (await response.json()) as Record<string, never> & Record<string, unknown> };
}
