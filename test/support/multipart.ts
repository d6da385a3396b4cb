/** Builds multipart/form-data byte by byte, so that a test can also build it wrong. */
export const BOUNDARY = 'hvs-test-boundary';
export const MULTIPART_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

export interface FormPart {
  name: string;
  /** Makes it a file. */
  filename?: string;
  content: string | Buffer;
}

export function multipartBody(parts: FormPart[], options: { end?: boolean } = {}): Buffer {
  const pieces = parts.flatMap(({ name, filename, content }) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: application/octet-stream`}\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(options.end === false ? '' : `--${BOUNDARY}--\r\n`)]);
}

export function requestHead(path: string, headers: Record<string, string>): string {
  const lines = Object.entries({ Host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
