import { ImportBudget } from '../../../src/documents/transfer/import-budget.js';

const MEBIBYTE = 1024 * 1024;
const staying = new AbortController().signal;

/** Which of several asks have room, and how to give it back. */
async function ask(budget: ImportBudget, bytes: number[], signal = staying): Promise<(null | (() => void))[]> {
  const entered: (null | (() => void))[] = bytes.map(() => null);
  for (const [n, size] of bytes.entries()) void budget.acquire(size, signal).then((release) => (entered[n] = release));
  await settled();
  return entered;
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what imports have in work', () => {
  it('is 64 documents at once, and whoever waits comes next in order', async () => {
    const entered = await ask(new ImportBudget(), Array<number>(66).fill(1));
    expect(entered.filter((release) => release !== null)).toHaveLength(64);
    entered[10]?.();
    await settled();
    expect([entered[64] !== null, entered[65] !== null]).toEqual([true, false]);
  });

  it('is 32 MB of lines, or one line that is larger', async () => {
    const budget = new ImportBudget();
    const entered = await ask(budget, [20 * MEBIBYTE, 12 * MEBIBYTE, 1, 50 * MEBIBYTE]);
    expect(entered.map((release) => release !== null)).toEqual([true, true, false, false]);
    entered[1]?.();
    await settled();
    expect(entered.map((release) => release !== null)).toEqual([true, true, true, false]);
    entered[0]?.();
    entered[2]?.();
    await settled();
    expect(entered[3]).not.toBeNull();
  });

  it('goes on to who is behind one that left', async () => {
    const budget = new ImportBudget();
    const first = await ask(budget, [20 * MEBIBYTE]);
    const leaving = new AbortController();
    const large = budget.acquire(20 * MEBIBYTE, leaving.signal);
    const [small] = await ask(budget, [1]);
    expect(small).toBeNull();
    const behind = budget.acquire(1, staying);
    leaving.abort(new Error('gone'));
    await expect(large).rejects.toThrow('gone');
    await behind;
    first[0]?.();
    await expect(budget.acquire(1, leaving.signal)).rejects.toThrow('gone');
  });
});
