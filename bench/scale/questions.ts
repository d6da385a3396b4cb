import type { ChunkFilter } from '../../src/store/index.js';
import { byLot, byOwner, filterShares, ownersElsewhere, type ClusteredDocuments } from '../clustered-documents.js';
import { chunksPerDocument } from '../clustered-vectors.js';

/** Nearest that are asked for. */
export const topK = 10;

/** Queries of one kind, and what may answer them. */
export interface Questions {
  name: string;
  queries: Float32Array[];
  filter?: ChunkFilter;
  /** Whether chunks of a document of the corpus may be found. */
  allows: (document: number) => boolean;
}

/** Queries about everything, without a filter. */
export function plainQuestions(documents: ClusteredDocuments, name: string, count: number, isDeleted: ReadonlySet<number>): Questions {
  return { name, queries: queriesAbout(documents, count), allows: (document) => !isDeleted.has(document) };
}

/** Queries about clusters that are deleted whole: their nearest are all gone. */
export function questionsAboutDeleted(
  documents: ClusteredDocuments,
  name: string,
  count: number,
  isDeleted: ReadonlySet<number>,
): Questions {
  const clusters = [...new Set([...isDeleted].map((document) => documents.vectors.clusterOf(document)))];
  return {
    name,
    queries: Array.from({ length: count }, (_, n) => documents.vectors.inCluster(n, clusters[n % clusters.length])),
    allows: (document) => !isDeleted.has(document),
  };
}

/**
 * Each share as a lot (drawn at random) and as an owner (whose documents lie together), the latter asked about the owner's own
 * subjects, and about those of others: all that is nearest is then forbidden.
 */
export function filteredQuestions(documents: ClusteredDocuments, count: number): Questions[] {
  return filterShares.flatMap((share) => {
    const percent = `${share.share * 100} %`;
    const ofLot = (document: number): boolean => documents.lotOf(document) === share.name;
    const filter = byOwner(share);
    const ofOwner = (document: number): boolean => documents.ownerOf(document) === filter.ownerId;
    const to = share.from + share.share;
    return [
      { name: `${percent} at random`, filter: byLot(share), queries: queriesAbout(documents, count), allows: ofLot },
      { name: `${percent}, one owner, about its own`, filter, queries: queriesAbout(documents, count, share.from, to), allows: ofOwner },
      {
        name: `${percent}, one owner, about others'`,
        ...{ filter, allows: ofOwner },
        queries: queriesAbout(documents, count, ownersElsewhere.from, ownersElsewhere.to),
      },
    ];
  });
}

export const allowedVectors = (documents: ClusteredDocuments, { allows }: Questions): number =>
  documents.countOf(allows) * chunksPerDocument;

function queriesAbout(documents: ClusteredDocuments, count: number, from = 0, to = 1): Float32Array[] {
  return Array.from({ length: count }, (_, n) => documents.vectors.query(n, from, to));
}
