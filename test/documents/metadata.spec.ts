import { METADATA_BYTES_MAX, METADATA_DEPTH_MAX, metadataFault, parseMetadata } from '../../src/documents/metadata.js';

const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

describe('metadata of a document', () => {
  it('takes any JSON object within the limits', () => {
    const json = '{"product":"X200","tags":["a",1,null,true],"inner":{"ключ":"значение"}}';
    expect(parseMetadata(json)).toEqual({ metadata: JSON.parse(json) });
    expect(parseMetadata('{}')).toEqual({ metadata: {} });
  });

  it('takes nothing but an object', () => {
    for (const json of ['[]', 'null', '"text"', '7', 'true']) expect(parseMetadata(json)).toEqual({ fault: 'must be a JSON object' });
    for (const json of ['', '{', "{'a':1}", '{"a":NaN}'])
      expect(parseMetadata(json)).toEqual({ fault: expect.stringContaining('must be JSON') });
  });

  it('counts the depth of objects and arrays alike', () => {
    expect(metadataFault(JSON.parse(nested(METADATA_DEPTH_MAX)))).toBeNull();
    expect(metadataFault(JSON.parse(nested(METADATA_DEPTH_MAX + 1)))).toMatch(/nested/);
    expect(metadataFault(JSON.parse(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`))).toMatch(/nested/);
  });

  it('counts bytes, not characters', () => {
    const room = METADATA_BYTES_MAX - '{"a":""}'.length;
    expect(metadataFault({ a: 'x'.repeat(room) })).toBeNull();
    expect(metadataFault({ a: 'x'.repeat(room + 1) })).toMatch(/bytes/);
    expect(metadataFault({ a: 'я'.repeat(room / 2 + 1) })).toMatch(/bytes/);
  });

  it('refuses what PostgreSQL could not keep, in values and in keys', () => {
    for (const bad of ['a\0b', '\ud83d', 'x\udc00y']) {
      expect(metadataFault({ a: [{ b: bad }] })).toMatch(/NUL|surrogate/);
      expect(metadataFault({ a: { [bad]: 1 } })).toMatch(/NUL|surrogate/);
    }
    expect(parseMetadata('{"a":1e400}')).toEqual({ fault: expect.stringContaining('too large') });
  });

  it('refuses names that reach a prototype, at any depth', () => {
    expect(parseMetadata('{"__proto__":{"admin":true}}')).toEqual({ fault: expect.stringContaining('__proto__') });
    expect(parseMetadata('{"a":[{"constructor":1}]}')).toEqual({ fault: expect.stringContaining('constructor') });
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });
});
