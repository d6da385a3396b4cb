/**
 * Synthetic unit vectors that lie as embeddings do: in clusters, the clusters in groups, the groups in greater ones, and
 * within a cluster few directions that matter. Every vector is made from the seed and its document's number alone, so a
 * million need no memory, and the same arguments give the same vectors.
 */

export const dimension = 384;
/** As many as a manual of ten pages has. All chunks of a document lie in one cluster. */
export const chunksPerDocument = 20;
const documentsPerCluster = 10;

/** Clusters of a group, level by level: clusters that follow one another are alike. */
const groupSizes = [4, 32, 256, 2048];
/** Squared lengths: what two vectors have in common by a level of groups, by the cluster, and what is each one's own. They sum up to 1. */
const share = { level: 0.12, cluster: 0.1, own: 0.42 };
/** Directions that carry most of what is a vector's own: its variance falls by half at this dimension. */
const ownDimensions = 24;

export class ClusteredVectors {
  readonly documents: number;
  private readonly centres: Float32Array;
  private readonly clusters: number;
  private readonly stride: number;
  private readonly ownScale: Float32Array;

  /** @param vectors rounded to whole documents */
  constructor(
    vectors: number,
    private readonly seed = 1,
  ) {
    this.documents = Math.max(1, Math.round(vectors / chunksPerDocument));
    this.clusters = Math.ceil(this.documents / documentsPerCluster);
    this.stride = strideFor(this.documents);
    this.ownScale = ownScale();
    this.centres = this.makeCentres();
  }

  get clusterCount(): number {
    return this.clusters;
  }

  /**
   * Where a document lies, 0 to 1: documents with neighbouring places are alike, and documents with neighbouring numbers
   * are not. Numbers from `documents` on begin anew at the first place, with other vectors.
   */
  placeOf(document: number): number {
    return this.positionOf(document) / this.documents;
  }

  clusterOf(document: number): number {
    return Math.floor(this.positionOf(document) / documentsPerCluster);
  }

  /** Vectors of a document's chunks: chunksPerDocument × dimension floats. */
  ofDocument(document: number): Float32Array {
    return this.around(this.clusterOf(document), chunksPerDocument, mix(this.seed, 1, document));
  }

  /** A vector that no document has, from a cluster whose place is at least `from` and below `to`. */
  query(number: number, from = 0, to = 1): Float32Array {
    const scattered = mix(this.seed, 2, number) / 2 ** 32;
    const cluster = Math.floor((from + scattered * (to - from)) * this.clusters);
    return this.inCluster(number, Math.min(cluster, this.clusters - 1));
  }

  /** A vector that no document has, from that cluster. */
  inCluster(number: number, cluster: number): Float32Array {
    return this.around(cluster, 1, mix(this.seed, 3, number));
  }

  private positionOf(document: number): number {
    return ((document % this.documents) * this.stride) % this.documents;
  }

  private around(cluster: number, count: number, seed: number): Float32Array {
    const vectors = new Float32Array(count * dimension);
    const { centres, ownScale: scale } = this;
    const centre = cluster * dimension;
    let state = seed || 1;
    for (let at = 0; at < vectors.length; at += dimension) {
      let squares = 0;
      for (let n = 0; n < dimension; n++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        const value = centres[centre + n] + scale[n] * sumOfBytes(state);
        vectors[at + n] = value;
        squares += value * value;
      }
      const factor = 1 / Math.sqrt(squares);
      for (let n = 0; n < dimension; n++) vectors[at + n] *= factor;
    }
    return vectors;
  }

  private makeCentres(): Float32Array {
    const centres = new Float32Array(this.clusters * dimension);
    for (let cluster = 0; cluster < this.clusters; cluster++) {
      const centre = centres.subarray(cluster * dimension, (cluster + 1) * dimension);
      addDirection(centre, mix(this.seed, 4, cluster), share.cluster);
      groupSizes.forEach((size, level) => addDirection(centre, mix(this.seed, 5 + level, Math.floor(cluster / size)), share.level));
    }
    return centres;
  }
}

/** A number below 2³² that depends on all three and shows none of them: rounds of MurmurHash3's finalizer. */
export function mix(seed: number, purpose: number, number: number): number {
  return finalize(finalize(finalize(seed + 0x9e3779b9) ^ purpose) ^ number);
}

function finalize(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Near enough to a normal distribution, and cheap: four bytes of one random word, about their mean. */
const sumOfBytes = (word: number): number => (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510;
/** Variance of that sum: four uniform bytes. */
const sumVariance = (4 * (256 ** 2 - 1)) / 12;

/** Adds a direction of its own for each seed, with that expected squared length. */
function addDirection(target: Float32Array, seed: number, squaredLength: number): void {
  const factor = Math.sqrt(squaredLength / (dimension * sumVariance));
  let state = seed || 1;
  for (let n = 0; n < dimension; n++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    target[n] += factor * sumOfBytes(state);
  }
}

function ownScale(): Float32Array {
  const variances = Float64Array.from({ length: dimension }, (_, n) => 1 / (1 + (n / ownDimensions) ** 2));
  const sum = variances.reduce((total, variance) => total + variance, 0);
  return Float32Array.from(variances, (variance) => Math.sqrt((share.own * variance) / (sum * sumVariance)));
}

/** About the golden section of the count, and without a common divisor: steps of it visit all, neighbours far apart. */
function strideFor(count: number): number {
  let stride = Math.max(1, Math.round(count * 0.618));
  while (commonDivisor(stride, count) !== 1) stride++;
  return stride;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
