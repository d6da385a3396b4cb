import { TextTooLongError, type WorkerEmbedder } from '../../src/embedding/index.js';
import { type HealthRegistry } from '../../src/platform/index.js';
import { realEmbedder } from '../support/real-model.js';

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
const words = (count: number): string => Array.from({ length: count }, () => 'printer').join(' ');

describe('the embedder with the real model', () => {
  let embedder: WorkerEmbedder;
  let health: HealthRegistry;

  beforeAll(async () => {
    ({ embedder, health } = realEmbedder());
    await embedder.ready();
  });

  afterAll(() => embedder.close());

  it('gives 384 finite floats of unit length', async () => {
    const vector = await embedder.embedText('The tray holds 250 sheets.');
    expect(vector).toHaveLength(384);
    expect(vector.every(Number.isFinite)).toBe(true);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  it('puts sentences that mean the same nearer than unrelated ones', async () => {
    const reset = await embedder.embedText('How do I reset my password?');
    const change = await embedder.embedText('Steps to change a forgotten password');
    const weather = await embedder.embedText('The weather is nice today');
    expect(cosine(reset, change)).toBeGreaterThan(0.7);
    expect(cosine(reset, weather)).toBeLessThan(0.2);
  });

  it('gives the same text the same vector, alone, among others and in either lane', async () => {
    const text = 'Hold the power button for ten seconds.';
    const alone = await embedder.embedText(text);
    const [, among, , asQuery] = await Promise.all([
      embedder.embedText(words(200)),
      embedder.embedText(text),
      embedder.embedText('Short.'),
      embedder.embedQuery(`  ${text}\n`),
    ]);
    expect(among).toEqual(alone);
    expect(asQuery).toEqual(alone);
  });

  it('lets a query go before every waiting text', async () => {
    let textsDone = 0;
    const texts = Array.from({ length: 20 }, (_, i) => embedder.embedText(`${words(120)} ${i}`).then(() => textsDone++));
    await embedder.embedQuery('a query that was never asked before');
    expect(textsDone).toBeLessThanOrEqual(5);
    await Promise.all(texts);
    expect(textsDone).toBe(20);
  });

  it('answers texts in the order of the calls', async () => {
    const order: number[] = [];
    await Promise.all([150, 1, 80, 2].map((count, i) => embedder.embedText(words(count)).then(() => order.push(i))));
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('refuses a text beyond 256 tokens instead of cutting it, and takes one that just fits', async () => {
    await expect(embedder.embedText(words(255))).rejects.toMatchObject({
      code: 'TEXT_TOO_LONG',
      detail: expect.stringContaining('257 tokens'),
    });
    await expect(embedder.embedText('x '.repeat(100_000))).rejects.toBeInstanceOf(TextTooLongError);
    await expect(embedder.embedText(words(254))).resolves.toHaveLength(384);
  });

  it('cuts a query after 256 tokens, its closing special token kept', async () => {
    const whole = await embedder.embedQuery(words(254));
    expect(await embedder.embedQuery(words(255))).toEqual(whole);
    expect(await embedder.embedQuery(words(12_000).slice(0, 100_000))).toEqual(whole);
  });

  it('embeds a query once, however often and at the same time it is asked', async () => {
    const embedded = (): unknown => health.report().checks.embedding.embedded;
    const before = embedded() as number;
    const [first, second] = await Promise.all([embedder.embedQuery('shared question'), embedder.embedQuery('shared question ')]);
    const third = await embedder.embedQuery('shared question');
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(embedded()).toBe(before + 1);
  });

  it('gives every caller a vector of its own', async () => {
    const [first, second] = await Promise.all([embedder.embedQuery('mine and yours'), embedder.embedQuery('mine and yours')]);
    const kept = second.slice();
    first.fill(0);
    expect(second).toEqual(kept);
    second.fill(7);
    expect(await embedder.embedQuery('mine and yours')).toEqual(kept);
  });

  it.each(['\ud800 lone high', 'lone low \udc00', 'nul \u0000 inside', '\u0301', '🙂', '日本語の文書', 'x'.repeat(5_000)])(
    'embeds odd text: %j',
    async (text) => {
      expect(Math.hypot(...(await embedder.embedText(text)))).toBeCloseTo(1, 5);
    },
  );

  it('refuses what is empty, blank or no text', async () => {
    await expect(embedder.embedText('')).rejects.toMatchObject({ code: 'TEXT_EMPTY', status: 400 });
    await expect(embedder.embedQuery(' \n\t ')).rejects.toMatchObject({ code: 'TEXT_EMPTY' });
    await expect(embedder.embedText(5 as unknown as string)).rejects.toThrow(TypeError);
  });

  it('says in health how it is', () => {
    expect(health.report().checks.embedding).toMatchObject({
      status: 'ok',
      model: 'all-MiniLM-L6-v2',
      waiting_queries: 0,
      waiting_texts: 0,
    });
  });
});
