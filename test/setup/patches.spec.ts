import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { importScript } from './script-modules.js';

const faissNode = dirname(dirname(createRequire(import.meta.url).resolve('faiss-node')));
const source = readFileSync(join(faissNode, 'src/faiss.cc'), 'utf8');

describe("the patches of faiss-node's source", () => {
  it('apply, each on its predecessors, to the source that they were made for', async () => {
    const { mendSource, readPatches } = await importScript('native/faiss-source.mjs');
    const { applyPatch } = await importScript('native/patch.mjs');
    const patches = readPatches();
    expect(patches.length).toBeGreaterThan(0);
    let text = source;
    for (const { name, diff } of patches) {
      const mended = applyPatch(text, diff, name);
      expect(mended).not.toBe(text);
      text = mended;
    }
    expect(mendSource(source)).toBe(text);
  });

  it('say why they are there', async () => {
    const { readPatches } = await importScript('native/faiss-source.mjs');
    const { patchReason } = await importScript('native/patch.mjs');
    for (const { diff } of readPatches()) expect(patchReason(diff).length).toBeGreaterThan(80);
  });

  it('are refused to any other source, with both checksums and what to do', async () => {
    const { mendSource, sourceSha256 } = await importScript('native/faiss-source.mjs');
    expect(() => mendSource(`${source}\n`)).toThrow(
      new RegExp(`has the SHA-256 [0-9a-f]{64}, but .* were made for ${sourceSha256}[^]*Nothing was compiled.*npm ci`),
    );
  });

  it('are refused when one of them is left out', async () => {
    const { mendSource, readPatches } = await importScript('native/faiss-source.mjs');
    const [, ...rest] = readPatches();
    expect(() => mendSource(source, rest)).toThrow('0002-free-what-was-allocated.patch: the hunk for line');
  });
});

describe('applyPatch', () => {
  const diff = 'Why.\n\n--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n one\n-two\n+2\n+2.5\n three\n@@ -5,2 +6,1 @@\n-five\n six\n';
  const text = 'one\ntwo\nthree\nfour\nfive\nsix\n';

  it('changes what the hunks say and nothing else', async () => {
    const { applyPatch } = await importScript('native/patch.mjs');
    expect(applyPatch(text, diff, 'x')).toBe('one\n2\n2.5\nthree\nfour\nsix\n');
  });

  it.each([
    ['a line of context differs', text.replace('three', 'drei'), diff, 'Line 3 is "drei", not "three"'],
    ['the text is shifted by a line', `zero\n${text}`, diff, 'Line 1 is "zero", not "one"'],
    ['the text ends early', 'one\ntwo', diff, 'Line 3 is undefined, not "three"'],
    ['a hunk is cut short', text, diff.replace(' six\n', ''), 'cut short'],
    ['there is no hunk', text, 'Why.\n\n--- a/x\n+++ b/x\n', 'no hunk'],
    ['a line is no diff', text, diff.replace('+2.5', '*2.5'), 'no line of a unified diff'],
  ])('throws when %s', async (_when, before, patch, message) => {
    const { applyPatch } = await importScript('native/patch.mjs');
    expect(() => applyPatch(before, patch, 'x')).toThrow(message);
  });
});
