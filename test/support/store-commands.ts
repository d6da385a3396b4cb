/** What the model-based test does to a store, as fast-check commands. The model is a plain map of what each document shows. */
import fc from 'fast-check';
import { DAMAGES, type Damage } from './durability-model.js';
import type { StoreClient } from './store-client.js';
import type { StoreLife } from './store-life.js';
import type { Version } from './store-promises.js';

export type Model = Map<string, Version>;
export type Command = fc.AsyncCommand<Model, StoreLife>;

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const OWNERS = [null, 'a', 'b'];

/** One thing that a client does; what it needs of the document decides whether it comes about. */
class Write implements Command {
  constructor(
    private readonly what: string,
    private readonly name: string,
    private readonly needs: (version: Version | undefined) => boolean,
    readonly act: (client: StoreClient, name: string) => Promise<unknown>,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.needs(model.get(this.name));
  }

  async run(model: Model, life: StoreLife): Promise<void> {
    await this.act(life.client, this.name);
    life.learn(model);
  }

  toString(): string {
    return `${this.what} ${this.name}`;
  }
}

/** What needs no document. */
class Event implements Command {
  constructor(
    private readonly what: string,
    private readonly act: (life: StoreLife) => Promise<unknown>,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, life: StoreLife): Promise<void> {
    await this.act(life);
    life.learn(model);
  }

  toString(): string {
    return this.what;
  }
}

/** The power goes while the command is under way, at one of its calls to the disk, or right after it. */
class CutDuring implements Command {
  constructor(
    private readonly write: Write,
    private readonly call: number,
    private readonly damage: Damage,
    private readonly seed: number,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.write.check(model);
  }

  async run(model: Model, life: StoreLife): Promise<void> {
    life.disk.plant('cut', this.call);
    await Promise.race([this.write.run(model, life), life.idle()]);
    await life.cut(this.damage, this.seed);
    life.learn(model);
  }

  toString(): string {
    return `cut at call ${this.call} (${this.damage}, ${this.seed}) of ${this.write.toString()}`;
  }
}

const there = (version: Version | undefined): boolean => version !== undefined;
const absent = (version: Version | undefined): boolean => version === undefined;

const name = fc.constantFrom(...NAMES);
const owner = fc.constantFrom(...OWNERS);
const damage = fc.constantFrom(...DAMAGES);
const seed = fc.nat(1_000_000);
/** Texts of their own, now and then equal ones: their vectors are equal too. */
const texts = fc.array(fc.oneof({ weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 8 }) }, fc.constant('the same')), {
  minLength: 1,
  maxLength: 4,
});

/** Enough for a segment of a higher tier: it stays as it is while smaller ones are merged. */
const manyTexts = fc.integer({ min: 16, max: 40 }).map((count) => Array.from({ length: count }, (_, n) => `one of many ${n}`));

const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(name, texts, owner)
      .map(([n, t, o]) => new Write(`import of ${t.length} into`, n, absent, (c) => c.import(n, t, o))),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(name, texts, owner).map(([n, t, o]) => new Write(`add ${t.length} to`, n, absent, (c) => c.add(n, t, o))),
  },
  fc.tuple(name, manyTexts, owner).map(([n, t, o]) => new Write(`import of ${t.length} into`, n, absent, (c) => c.import(n, t, o))),
  fc.tuple(name, owner).map(([n, o]) => new Write('accept', n, absent, (c) => c.accept(n, o))),
  fc.tuple(name, texts).map(
    ([n, t]) =>
      new Write(
        'save',
        n,
        (version) => version?.status === 'queued',
        (c) => c.save(n, t),
      ),
  ),
  name.map(
    (n) =>
      new Write(
        'fail',
        n,
        (version) => version?.status === 'queued',
        (c) => c.fail(n),
      ),
  ),
  { weight: 3, arbitrary: fc.tuple(name, texts).map(([n, t]) => new Write('replace', n, there, (c) => c.replace(n, t))) },
  fc
    .tuple(name, fc.string({ minLength: 1, maxLength: 5 }))
    .map(([n, title]) => new Write('retitle', n, there, (c) => c.patch(n, { title }))),
  fc.tuple(name, owner).map(([n, ownerId]) => new Write('give away', n, there, (c) => c.patch(n, { ownerId }))),
  fc
    .tuple(name, fc.dictionary(fc.constantFrom('k', 'l'), fc.nat(3)))
    .map(([n, metadata]) => new Write('mark', n, there, (c) => c.patch(n, { metadata }))),
  name.map((n) => new Write('delete the vectors of', n, there, (c) => c.deleteVectors(n))),
  { weight: 3, arbitrary: name.map((n) => new Write('delete', n, there, (c) => c.delete(n))) },
);

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: seed.map((s) => new Event(`search ${s}`, (life) => life.search(s))) },
  fc.constant(new Event('look at everything', (life) => life.check())),
  fc.constant(new Event('seal', (life) => life.client.store.seal())),
  { weight: 2, arbitrary: fc.constant(new Event('wait for merges', (life) => life.idle())) },
  fc.constant(new Event('rebuild', (life) => life.rebuild())),
  fc.constant(new Event('note what is copied', ({ client: { store } }) => Promise.resolve(store.noteCopied(store.lastSequence)))),
  fc.constant(new Event('restart', (life) => life.restart())),
  fc.tuple(damage, seed).map(([d, s]) => new Event(`cut (${d}, ${s})`, (life) => life.cut(d, s))),
);

const cutDuring = fc.tuple(write, fc.integer({ min: 1, max: 40 }), damage, seed).map(([w, call, d, s]) => new CutDuring(w, call, d, s));

export const storeCommands = (maxCommands: number): fc.Arbitrary<Iterable<Command>> =>
  fc.commands([fc.oneof({ weight: 6, arbitrary: write }, { weight: 3, arbitrary: event }, { weight: 1, arbitrary: cutDuring })], {
    maxCommands,
    size: 'max',
  });
