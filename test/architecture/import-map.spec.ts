import { projectRoot } from '../../src/platform/index.js';
import { RULES } from './rules.js';
import { readSources, referencesOf, type SourceFile } from './source-file.js';

/** For each rule, files that break it, each by itself. */
const PLANTED: Record<keyof typeof RULES, SourceFile[]> = {
  'a room imports only the rooms that the map allows': [
    { path: 'src/platform/bad.ts', text: "import { VectorStore } from '../store/index.js';" },
    { path: 'src/chunking/bad.ts', text: "import type { Embedder } from '../embedding/index.js';" },
    { path: 'src/documents/extractors/bad.ts', text: "export { SearchService } from '../../search/index.js';" },
    { path: 'src/search/bad.ts', text: "const later = () => import('../documents/index.js');" },
    { path: 'src/store/bad.ts', text: "type Rows = import('../vector-metadata/index.js').Rows;" },
    { path: 'src/vector-metadata/bad.ts', text: "const worker = new URL('../faiss-index/index.js', import.meta.url);" },
    { path: 'src/sync/bad.ts', text: "import loaded = require('../vectors/index.js');" },
  ],
  'a room is entered by its door alone': [
    { path: 'src/search/bad.ts', text: "import { VectorStore } from '../store/vector-store.port.js';" },
    { path: 'src/vectors/bad.ts', text: "export * from '../platform/errors/problem.js';" },
    { path: 'src/main.ts', text: "await import('./platform/config/read-config.js');" },
  ],
  'a file above the rooms imports none, but those that put them together': [
    { path: 'src/bad.ts', text: "import { VectorStore } from './store/index.js';" },
  ],
  'no room imports what stands above it': [
    { path: 'src/documents/bad.ts', text: "import { AppModule } from '../app.module.js';" },
    { path: 'src/documents/worse.ts', text: "import { Init } from '../../migrations/1-init.js';" },
  ],
  'every folder of src is a room of the map': [{ path: 'src/extras/index.ts', text: '' }],
  'every room has a door': [{ path: 'src/keyword-index/words.ts', text: '' }],
  'a door shows no entity': [
    { path: 'src/vector-metadata/index.ts', text: "export { DocumentRow } from './document-row.entity.js';" },
    { path: 'src/vector-metadata/index.ts', text: "export * from './rows/document-row.entity.js';" },
  ],
  "one file names 'faiss-node', in faiss-index": [
    { path: 'src/store/bad.ts', text: "import type { IndexFlatIP } from 'faiss-node';" },
    { path: 'src/store/worse.ts', text: "const faiss = createRequire(import.meta.url)('faiss-node/build/addon.node');" },
  ],
  'process.env is named in platform/config alone, in one file': [
    { path: 'src/store/bad.ts', text: 'const level = process.env.LOG_LEVEL;' },
    { path: 'src/store/worse.ts', text: "const level = process['env'].LOG_LEVEL;" },
    { path: 'src/store/worst.ts', text: 'const { env } = process;' },
    { path: 'src/platform/config/second.ts', text: 'export const home = process . env . HOME;' },
  ],
  'the store reaches the disk through platform/files alone': [
    { path: 'src/store/bad.ts', text: "import { open } from 'node:fs/promises';" },
    { path: 'src/store/journal/worse.ts', text: "const fs = await import('fs');" },
  ],
  'a file has at most 300 lines': [{ path: 'src/search/bad.ts', text: 'export {};\n'.repeat(301) }],
  'names say what is inside': [
    { path: 'src/search/utils/words.ts', text: '' },
    { path: 'src/search/helpers.ts', text: '' },
  ],
};

describe('the import map', () => {
  const sources = readSources(projectRoot, 'src');

  it('reads all of the sources', () => {
    expect(sources.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['src/main.ts', 'src/store/index.ts', 'src/platform/config/read-config.ts']),
    );
    const references = sources.flatMap(referencesOf).filter(({ target }) => target !== null);
    const missing = references.filter(({ target }) => !sources.some(({ path }) => path === target) && !target?.startsWith('migrations/'));
    expect(missing).toEqual([]);
  });

  describe.each(Object.entries(RULES))('%s', (name, rule) => {
    it('holds', () => expect(rule(sources)).toEqual([]));

    it.each(PLANTED[name].map((planted): [string, SourceFile] => [planted.text.slice(0, 80).trim() || planted.path, planted]))(
      'catches %s',
      (_shown, planted) => {
        const violations = rule([...sources.filter(({ path }) => path !== planted.path), planted]);
        expect(violations.join('\n')).toContain(planted.path.split('/').slice(0, 2).join('/'));
      },
    );
  });

  it('follows a name from a door to its entity, however it is passed on', () => {
    const files = [
      { path: 'src/sync/index.ts', text: "export { Row } from './rows.js';" },
      { path: 'src/sync/rows.ts', text: "export * from './row.entity.js'; export { other } from './other.js';" },
      { path: 'src/sync/row.entity.ts', text: 'export class Row {}' },
      { path: 'src/sync/other.ts', text: 'export const other = 1;' },
    ];
    expect(RULES['a door shows no entity'](files)).toEqual(['src/sync/index.ts exports from ./rows.js']);
    expect(RULES['a door shows no entity']([{ ...files[0], text: "export { other } from './other.js';" }, ...files.slice(1)])).toEqual([]);
  });

  it('does not take comments and texts for code', () => {
    const file = {
      path: 'src/store/fine.ts',
      text: "// import '../search/index.js'; process.env\n/* import('faiss-node') */ export const hint = 'see process.env';",
    };
    for (const rule of Object.values(RULES)) expect(rule([...sources, file])).toEqual([]);
  });
});
