import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findPackage } from '../setup/root.mjs';
import { SetupError, say } from '../setup/say.mjs';
import { hashFiles, readStamp, writeStamp } from '../setup/stamp.mjs';
import { withDistanceKernels } from './distance-kernels.mjs';
import { mendSource } from './faiss-source.mjs';
import { findFaissLibrary, getFaissLibrary } from './system-libraries.mjs';

// FAISS before 1.7.4 knows idx_t only inside of its class Index.
const shim = `#include <faiss/Index.h>
#if FAISS_VERSION_MAJOR == 1 && FAISS_VERSION_MINOR == 7 && FAISS_VERSION_PATCH < 4
namespace faiss { using idx_t = Index::idx_t; }
#endif
`;
const flags = ['-O2', '-std=c++17', '-fPIC', '-shared', '-fopenmp', '-DNAPI_VERSION=8'];

// A fresh process: a broken binary may crash, and must not take the set-up with it.
const probe = `
const { Index, IndexFlatIP, kernels } = require(process.argv[1]);
const sound = (index) => {
  index.add(Float32Array.of(1, 0, 0, 1));
  const { labels } = index.scan(Float32Array.of(1, 0), 1, Uint8Array.of(2));
  return labels[0] === 1 && index.reconstructN(1, 1)[1] === 1;
};
const graph = Index.fromFactory(2, 'HNSW32', 0);
const found = sound(new IndexFlatIP(2)) && sound(graph) && graph.searchGraph(Float32Array.of(1, 0), 2).labels[0] === 0;
process.exitCode = found && kernels() !== '' ? 0 : 3;`;

const binaryFile = (faissNode) => path.join(faissNode, 'build/Release/faiss-node.node');
const stampFile = (faissNode) => path.join(faissNode, 'build/Release/built-from.json');

/** What the binary was made of and the file itself: when any of it changes, it is made again. */
function stampOf(faissNode) {
  const binary = fs.statSync(binaryFile(faissNode), { throwIfNoEntry: false });
  return JSON.stringify({
    source: hashFiles(faissNode, ['src/faiss.cc', 'package.json']),
    recipe: hashFiles(import.meta.dirname, ['patches', 'kernels', 'graph', 'faiss-binary.mjs', 'faiss-source.mjs', 'distance-kernels.mjs']),
    libfaiss: findFaissLibrary(),
    arch: process.arch,
    binary: binary && [binary.size, binary.mtimeMs],
  });
}

const loads = (faissNode) => spawnSync(process.execPath, ['-e', probe, faissNode], { stdio: 'ignore' }).status === 0;

export function faissBinaryIsCurrent() {
  const faissNode = findPackage('faiss-node');
  return faissNode !== undefined && readStamp(stampFile(faissNode)) === stampOf(faissNode) && loads(faissNode);
}

export function buildFaissBinary() {
  const started = Date.now();
  const faissNode = findPackage('faiss-node');
  const { library, version } = getFaissLibrary();
  say(`compiling faiss-node against the system's libfaiss ${version}`);
  const folder = path.dirname(binaryFile(faissNode));
  fs.mkdirSync(folder, { recursive: true });
  const work = fs.mkdtempSync(path.join(folder, 'building-'));
  try {
    fs.renameSync(compileInto(work, faissNode, library), binaryFile(faissNode));
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  if (!loads(faissNode)) {
    throw new SetupError(
      `faiss-node was compiled against ${library}, but does not load or answers wrongly. See why with:\n    ${process.execPath} -e "require('${faissNode}')"`,
    );
  }
  writeStamp(stampFile(faissNode), stampOf(faissNode));
  say(`faiss-node is ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function compileInto(work, faissNode, library) {
  const [source, header, binary] = ['faiss.cc', 'shim.h', 'faiss-node.node'].map((name) => path.join(work, name));
  fs.writeFileSync(source, mendSource(fs.readFileSync(path.join(faissNode, 'src/faiss.cc'), 'utf8')));
  fs.writeFileSync(header, shim);
  const ours = path.join(import.meta.dirname, 'graph');
  const includes = [path.join(findPackage('node-api-headers'), 'include'), findPackage('node-addon-api', faissNode), ours];
  const args = [...flags, '-include', header, ...includes.flatMap((folder) => ['-I', folder]), source, '-o', binary];
  const libraries = withDistanceKernels(library, work);
  if (!libraries) say(`${library} is no archive: distances are computed by its own functions, which may be four times slower`);
  const link = [...(libraries ?? [library]), '-lopenblas', '-lgomp'];
  const { status } = spawnSync('g++', [...args, ...link], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new SetupError(`faiss-node does not compile against ${library}; the compiler's lines above say why.`);
  return binary;
}
