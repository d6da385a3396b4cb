import { base64Of, ndjson, postImport, startTransfer, type TransferApplication } from '../../support/transfer-application.js';

const chunk = (text = 'Hold the button.', more: object = {}): object => ({ text, ...more });
const document = (title: string, more: object = {}): object => ({ title, chunks: [chunk(`${title} text`)], ...more });
const withVector = (title: string, vector: unknown, more: object = {}): object => ({
  ...document(title),
  chunks: [chunk('t', { vector })],
  ...more,
});
const floats = (...values: number[]): string => base64Of(Float32Array.from(values));

describe('a line that is refused', () => {
  let app: TransferApplication;
  beforeAll(async () => void (app = await startTransfer()));
  afterAll(() => app.stop());

  it.each<[string, string | Buffer, string, RegExp]>([
    ['torn JSON', '{"title":"a","chu', 'MALFORMED_JSON', /does not parse/],
    ['no object', '[1,2]', 'MALFORMED_JSON', /no JSON object/],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'MALFORMED_JSON', /UTF-8/],
    ['NaN in JSON', '{"title":"a","chunks":[{"text":"t","vector":[NaN,0,0,0]}]}', 'MALFORMED_JSON', /does not parse/],
    ['no title', ndjson({ chunks: [chunk()] }), 'VALIDATION_FAILED', /`title` is missing/],
    ['a blank title', ndjson(document(' ')), 'VALIDATION_FAILED', /`title` must be/],
    ['a title that is too long', ndjson(document('x'.repeat(501))), 'VALIDATION_FAILED', /`title`.*500/],
    ['an owner that is too long', ndjson(document('a', { owner_id: 'x'.repeat(201) })), 'VALIDATION_FAILED', /`owner_id`.*200/],
    ['a NUL', ndjson(document('a\0b')), 'VALIDATION_FAILED', /NUL/],
    ['an unknown property', ndjson(document('a', { language: 'en' })), 'VALIDATION_FAILED', /`language` is not known.*title, filename/],
    ['a property of the prototype', '{"title":"a","__proto__":{},"chunks":[{"text":"t"}]}', 'VALIDATION_FAILED', /`__proto__`/],
    [
      'an unknown property of a chunk',
      ndjson({ title: 'a', chunks: [chunk('t', { page: 2 })] }),
      'VALIDATION_FAILED',
      /`chunks\[0\]\.page`/,
    ],
    ['chunks that are no array', ndjson(document('a', { chunks: {} })), 'VALIDATION_FAILED', /`chunks` must be an array/],
    ['no chunks', ndjson(document('a', { chunks: [] })), 'VALIDATION_FAILED', /`chunks` is empty/],
    ['a chunk that is null', ndjson(document('a', { chunks: [chunk(), null] })), 'VALIDATION_FAILED', /`chunks\[1\]` must be an object/],
    ['a chunk without text', ndjson(document('a', { chunks: [{}] })), 'VALIDATION_FAILED', /`chunks\[0\]\.text`/],
    ['a blank chunk', ndjson(document('a', { chunks: [chunk(' \n')] })), 'VALIDATION_FAILED', /not blank/],
    ['metadata that is no object', ndjson(document('a', { metadata: [] })), 'VALIDATION_FAILED', /`metadata` must be a JSON object/],
    ['a hash that is none', ndjson(document('a', { sha256: 'abc' })), 'VALIDATION_FAILED', /`sha256`/],
    ['30 February', ndjson(document('a', { created_at: '2024-02-30T00:00:00Z' })), 'VALIDATION_FAILED', /`created_at`/],
    ['a time without a zone', ndjson(document('a', { created_at: '2024-02-20T00:00:00' })), 'VALIDATION_FAILED', /with its zone/],
    ['a type that is none', ndjson(document('a', { mime_type: 'pdf' })), 'VALIDATION_FAILED', /`mime_type`/],
    [
      'pages that go back',
      ndjson(document('a', { chunks: [chunk('t', { page_start: 3, page_end: 2 })] })),
      'VALIDATION_FAILED',
      /page_end.*from 3/,
    ],
    ['half a span', ndjson(document('a', { chunks: [chunk('t', { char_start: 3 })] })), 'VALIDATION_FAILED', /char_end/],
    [
      'spans of some chunks alone',
      ndjson(document('a', { chunks: [chunk('t', { char_start: 0, char_end: 1 }), chunk('u')] })),
      'VALIDATION_FAILED',
      /for all, or for none/,
    ],
    [
      'a span of another length',
      ndjson(document('a', { chunks: [chunk('tt', { char_start: 0, char_end: 1 })] })),
      'VALIDATION_FAILED',
      /UTF-16/,
    ],
    [
      'overlaps that differ',
      ndjson(document('a', { chunks: [chunk('one two', { char_start: 0, char_end: 7 }), chunk('tea', { char_start: 4, char_end: 7 })] })),
      'VALIDATION_FAILED',
      /`chunks\[1\]` overlaps/,
    ],
    [
      'chunks out of order',
      ndjson(document('a', { chunks: [chunk('one', { char_start: 9, char_end: 12 }), chunk('two', { char_start: 0, char_end: 3 })] })),
      'VALIDATION_FAILED',
      /order of the text/,
    ],
    ['a vector of the wrong length', ndjson(withVector('a', [1, 0, 0])), 'INVALID_VECTOR', /vector of chunk 0 has 3 values.*of 4/],
    ['a vector of something', ndjson(withVector('a', { 0: 1 })), 'INVALID_VECTOR', /neither base64/],
    ['a vector with a text in it', ndjson(withVector('a', [1, 0, '0', 0])), 'INVALID_VECTOR', /position 2/],
    ['base64 of the wrong size', ndjson(withVector('a', floats(1, 0, 0))), 'INVALID_VECTOR', /chunk 0 .*12 bytes.*16 bytes/],
    ['base64 with other signs in it', ndjson(withVector('a', `${floats(1, 0, 0, 0).slice(0, -5)}!!!==`)), 'INVALID_VECTOR', /chunk 0/],
    ['NaN', ndjson(withVector('a', floats(1, NaN, 0, 0))), 'INVALID_VECTOR', /holds NaN at position 1/],
    ['infinity', ndjson(withVector('a', floats(1, 0, -Infinity, 0))), 'INVALID_VECTOR', /-Infinity at position 2/],
    ['a number beyond float32', ndjson(withVector('a', [1e300, 0, 0, 0])), 'INVALID_VECTOR', /Infinity at position 0/],
    ['a vector that is all zero', ndjson(withVector('a', [0, 0, 0, 0])), 'INVALID_VECTOR', /all zero/],
    [
      "another model's vectors",
      ndjson(withVector('a', [1, 0, 0, 0], { embedding_model: 'other' })),
      'FOREIGN_VECTORS',
      /made by other.*test-model/,
    ],
  ])('is named and concerns no other: %s', async (_what, line, code, detail) => {
    const before = [...app.store.documents()].length;
    const around = [ndjson(document(`before ${code} ${before}`)), `\n${ndjson(document(`behind ${code} ${before}`))}`];
    const body = Buffer.concat([Buffer.from(around[0]), trimmed(line), Buffer.from(around[1])]);
    const { lines, sum } = await postImport(app.url, body);
    expect(lines.map(({ status, error }) => status ?? error?.code)).toEqual(['imported', code, 'imported']);
    expect(lines[1]).toEqual({
      line: 2,
      error: expect.objectContaining({ code, type: `urn:hvs:problem:${code}`, detail: expect.stringMatching(detail) }),
    });
    expect(sum).toEqual({ imported: 2, failed: 1, duplicates: 0 });
    expect([...app.store.documents()]).toHaveLength(before + 2);
  });
});

function trimmed(line: string | Buffer): Buffer {
  return typeof line === 'string' ? Buffer.from(line.trimEnd()) : line;
}
