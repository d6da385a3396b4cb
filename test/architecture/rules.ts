import { codeOf, referencesOf, stringsOf, type Reference, type SourceFile } from './source-file.js';

/** What each room may ask of others. Data walks forward only. */
export const ALLOWED_ROOMS: Record<string, readonly string[]> = {
  platform: [],
  chunking: ['platform'],
  embedding: ['platform'],
  'faiss-index': ['platform'],
  'keyword-index': ['platform'],
  'vector-metadata': ['platform'],
  store: ['platform', 'faiss-index', 'keyword-index'],
  sync: ['platform', 'store', 'vector-metadata'],
  vectors: ['platform', 'store', 'vector-metadata', 'sync'],
  documents: ['platform', 'chunking', 'embedding', 'store', 'vector-metadata'],
  search: ['platform', 'chunking', 'embedding', 'store', 'vector-metadata'],
};

/** Folders of src that are no rooms. */
const NO_ROOMS = ['decisions'];
/** Files that stand above the rooms and may import all of them. */
const ROOF = ['src/main.ts', 'src/application.ts', 'src/app.module.ts'];
const FILE_LINES_MAX = 300;
const FILE_SYSTEM = /^(node:)?fs(\/promises)?$/;
const BAD_NAMES = /^(utils?|helpers?|common|misc|base|impl|managers?)(\.|$)/;

/** A rule reads all sources and answers what breaks it, a line each. */
export type Rule = (files: SourceFile[]) => string[];

export const RULES: Record<string, Rule> = {
  'a room imports only the rooms that the map allows': (files) =>
    crossings(files).flatMap(({ file, from, to, reference }) =>
      from !== null && !(ALLOWED_ROOMS[from] ?? []).includes(to) ? [`${file.path} may not import ${reference.specifier}`] : [],
    ),

  'a room is entered by its door alone': (files) =>
    crossings(files).flatMap(({ file, to, reference }) =>
      reference.target === `src/${to}/index.ts` ? [] : [`${file.path} goes past the door of ${to}: ${reference.specifier}`],
    ),

  'a file above the rooms imports none, but those that put them together': (files) =>
    crossings(files).flatMap(({ file, from, to }) =>
      from === null && to !== 'platform' && !ROOF.includes(file.path) ? [`${file.path} may not import ${to}`] : [],
    ),

  'no room imports what stands above it': (files) =>
    files.flatMap((file) =>
      roomOf(file.path) === null
        ? []
        : targets(file)
            .filter(({ target }) => roomOf(target) === null)
            .map(({ specifier }) => `${file.path} may not import ${specifier}`),
    ),

  'every folder of src is a room of the map': (files) =>
    roomsIn(files)
      .filter((room) => !(room in ALLOWED_ROOMS))
      .map((room) => `src/${room} is not in the map`),

  'every room has a door': (files) =>
    roomsIn(files)
      .filter((room) => !files.some(({ path }) => path === `src/${room}/index.ts`))
      .map((room) => `src/${room}/index.ts is missing`),

  'a door shows no entity': (files) =>
    files
      .filter(({ path }) => /^src\/[^/]+\/index\.ts$/.test(path))
      .flatMap((door) =>
        referencesOf(door)
          .filter(({ exported, target }) => exported !== null && showsEntity(exported, target, files))
          .map(({ specifier }) => `${door.path} exports from ${specifier}`),
      ),

  "one file names 'faiss-node', in faiss-index": (files) => {
    const naming = files.filter((file) => stringsOf(file).some((text) => /^faiss-node(\/|$)/.test(text))).map(({ path }) => path);
    const outside = naming.filter((path) => roomOf(path) !== 'faiss-index');
    return naming.length > 1 || outside.length > 0 ? naming.map((path) => `${path} names faiss-node`) : [];
  },

  'process.env is named in platform/config alone, in one file': (files) => {
    const naming = files.filter((file) =>
      /\bprocess \. env\b|\bprocess \[ ['"]env['"] \]|\{[^}]*\benv\b[^}]*\} = process\b/.test(codeOf(file)),
    );
    const outside = naming.filter(({ path }) => !path.startsWith('src/platform/config/'));
    return naming.length > 1 || outside.length > 0 ? naming.map(({ path }) => `${path} names process.env`) : [];
  },

  'the store reaches the disk through platform/files alone': (files) =>
    files
      .filter(({ path }) => roomOf(path) === 'store')
      .flatMap((file) =>
        referencesOf(file)
          .filter(({ specifier }) => FILE_SYSTEM.test(specifier))
          .map(({ specifier }) => `${file.path} imports ${specifier}`),
      ),

  'a file has at most 300 lines': (files) =>
    files.flatMap(({ path, text }) => {
      const lines = text.trimEnd().split('\n').length;
      return lines > FILE_LINES_MAX ? [`${path} has ${lines} lines`] : [];
    }),

  'names say what is inside': (files) =>
    files.filter(({ path }) => path.split('/').some((part) => BAD_NAMES.test(part))).map(({ path }) => `${path} says nothing`),
};

interface Crossing {
  file: SourceFile;
  /** Null: the file stands above the rooms. */
  from: string | null;
  to: string;
  reference: Reference;
}

/** References that lead into another room. */
function crossings(files: SourceFile[]): Crossing[] {
  return files.flatMap((file) => {
    const from = roomOf(file.path);
    return targets(file).flatMap((reference) => {
      const to = roomOf(reference.target);
      return to === null || to === from ? [] : [{ file, from, to, reference }];
    });
  });
}

function targets(file: SourceFile): (Reference & { target: string })[] {
  return referencesOf(file).filter((reference): reference is Reference & { target: string } => reference.target !== null);
}

/** Null for what is in no folder of src. */
function roomOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

function roomsIn(files: SourceFile[]): string[] {
  const rooms = new Set(files.map(({ path }) => roomOf(path)).filter((room): room is string => room !== null));
  return [...rooms].filter((room) => !NO_ROOMS.includes(room));
}

/** Followed through files that only pass names on, so that no detour hides an entity. */
function showsEntity(exported: string[], target: string | null, files: SourceFile[]): boolean {
  if (target === null) return false;
  const file = files.find(({ path }) => path === target);
  if (target.endsWith('.entity.ts')) return true;
  if (file === undefined) return false;
  return referencesOf(file).some((reference) => {
    if (reference.exported === null) return false;
    const passedOn =
      exported.includes('*') || reference.exported.includes('*') || reference.exported.some((name) => exported.includes(name));
    return passedOn && showsEntity(reference.exported, reference.target, files);
  });
}
