/**
 * Documents over clustered vectors, and filters that allow a known share of them: an owner's documents lie together, as one
 * team's manuals do; lots are drawn at random.
 */
import { createHash } from 'node:crypto';
import type { ChunkFilter, ImportRequest, StoredContents } from '../src/store/index.js';
import { chunksPerDocument, ClusteredVectors, mix } from './clustered-vectors.js';

/** About what a chunk of 200 tokens has. */
const chunkChars = 900;
const filler = 'The unit shows its state by one light, and waits until the button was held for three seconds. '.repeat(10);

/** An owner and a lot for each share of the documents; `from` is the place at which the owner's begin. */
export const filterShares = [
  { share: 0.5, name: 'half', from: 0 },
  { share: 0.05, name: 'twentieth', from: 0.5 },
  { share: 0.005, name: 'two-hundredth', from: 0.6 },
  { share: 0.0005, name: 'two-thousandth', from: 0.7 },
] as const;
export type FilterShare = (typeof filterShares)[number];
/** Places that belong to none of those owners. */
export const ownersElsewhere = { from: 0.75, to: 1 };
const otherOwners = 40;

export class ClusteredDocuments {
  readonly vectors: ClusteredVectors;

  /** @param vectorCount rounded to whole documents */
  constructor(vectorCount: number) {
    this.vectors = new ClusteredVectors(vectorCount);
  }

  get count(): number {
    return this.vectors.documents;
  }

  get vectorCount(): number {
    return this.count * chunksPerDocument;
  }

  importRequest(document: number): ImportRequest {
    const { count } = this;
    // what is imported beyond the corpus belongs to nobody: no filter allows it
    const isExtra = document >= count;
    const title = `Synthetic manual ${document}`;
    return {
      ownerId: isExtra ? null : this.ownerOf(document),
      title,
      filename: `${document}.txt`,
      mimeType: 'text/plain',
      sha256: createHash('sha256').update(title).digest('hex'),
      metadata: isExtra ? {} : { lot: this.lotOf(document), product: `Unit ${this.vectors.clusterOf(document)}` },
      createdAt: new Date(Date.UTC(2026, 0, 1) + document * 1000).toISOString(),
      pageCount: chunksPerDocument >> 1,
      charCount: chunksPerDocument * chunkChars,
      chunks: Array.from({ length: chunksPerDocument }, (_, index) => ({
        text: `Section ${index} of manual ${document}. ${filler}`.slice(0, chunkChars),
        pageStart: 1 + (index >> 1),
        pageEnd: 1 + (index >> 1),
        charStart: index * chunkChars,
        charEnd: (index + 1) * chunkChars,
        headingPath: [],
      })),
      vectors: this.vectors.ofDocument(document),
    };
  }

  /** As a store would give it that got the documents one after another. */
  contents(document: number): StoredContents {
    const { vectors, chunks, createdAt = '', ...attributes } = this.importRequest(document);
    const id = document + 1;
    const times = { createdAt, updatedAt: createdAt, indexedAt: createdAt };
    return {
      document: {
        ...{ ...attributes, ...times, id },
        ...{ titleGiven: true, sizeBytes: 0, status: 'indexed', error: null, chunkCount: chunks.length, warnings: [] },
        ...{ generation: id, textGeneration: null },
      },
      chunks: chunks.map((chunk, chunkIndex) => ({
        ...chunk,
        ...{ chunkIndex, documentId: id, vectorId: document * chunksPerDocument + chunkIndex + 1, createdAt },
      })),
      vectors,
    };
  }

  /** How many of the documents an owner or a lot has. */
  countOf(belongs: (document: number) => boolean): number {
    let documents = 0;
    for (let document = 0; document < this.count; document++) if (belongs(document)) documents++;
    return documents;
  }

  /** The same for the same document and purpose: 0 to 1, evenly. */
  chance(document: number, purpose: number): number {
    return mix(7, purpose, document) / 2 ** 32;
  }

  ownerOf(document: number): string {
    const place = this.vectors.placeOf(document);
    const owner = filterShares.find(({ from, share }) => place >= from && place < from + share);
    return owner ? ownerName(owner) : `team-${Math.floor(place * otherOwners)}`;
  }

  lotOf(document: number): string {
    const drawn = this.chance(document, 1);
    const lot = filterShares.find(({ from, share }) => drawn >= from && drawn < from + share);
    return lot ? lot.name : `lot-${Math.floor(drawn * otherOwners)}`;
  }
}

const ownerName = ({ name }: FilterShare): string => `team-${name}`;

export const byOwner = (share: FilterShare): ChunkFilter => ({ ownerId: ownerName(share) });
export const byLot = (share: FilterShare): ChunkFilter => ({ metadata: { lot: share.name } });

/** Which document of the corpus a hit is of, told by its title: the store gives ids of its own. */
export function documentOf({ document }: { document: { title: string } }): number {
  return Number(document.title.slice('Synthetic manual '.length));
}
