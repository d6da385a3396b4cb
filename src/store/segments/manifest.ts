/**
 * A manifest names the segments that together hold everything up to a sequence number. It is one JSON object, a newline, and
 * the CRC-32 of all before as eight hexadecimal digits. Put in place by a rename, which is the commit point of a seal: a
 * crash before it leaves the older manifest in force. The two newest are kept.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { IndexKind } from '../../faiss-index/index.js';
import { StopError, type Disk } from '../../platform/index.js';
import { manifestName, segmentPartName, type SegmentPart } from '../file-names.js';

const MANIFEST_VERSION = 1;

export interface FileSeal {
  bytes: number;
  crc32: number;
}

export interface SegmentEntry {
  name: string;
  /** Sequence numbers of the journal's range that it holds, both inclusive. */
  firstSequence: number;
  lastSequence: number;
  kind: IndexKind;
  /** Rows; with none there is no vectors file. */
  rows: number;
  /** Of a record in its `.rows`; absent in the earlier format. */
  rowBytes?: number;
  files: Partial<Record<SegmentPart, FileSeal>>;
}

export interface Manifest {
  version: number;
  storeId: string;
  dimension: number;
  embeddingModel: string;
  /** The segments hold everything up to this record. */
  sequence: number;
  /** Its chain value. */
  chain: number;
  /** Marks: never given again below these. */
  nextDocumentId: number;
  nextVectorId: number;
  nextSegment: number;
  segments: SegmentEntry[];
}

export async function writeManifest(disk: Disk, folder: string, number: number, manifest: Omit<Manifest, 'version'>): Promise<void> {
  const json = Buffer.from(`${JSON.stringify({ version: MANIFEST_VERSION, ...manifest }, null, 1)}\n`, 'utf8');
  await disk.writeDurably(join(folder, manifestName(number)), [json, Buffer.from(crc32(json).toString(16).padStart(8, '0'), 'latin1')]);
}

/** What is wrong, and with which file. */
export interface Damage {
  path: string;
  damage: string;
}

/**
 * The manifest, or what is wrong with it or with the files that it names: sizes and checksums are verified before anything
 * else reads them. Throws StopError for a format newer than this program's.
 */
export async function readManifest(disk: Disk, folder: string, number: number): Promise<Manifest | Damage> {
  const manifest = await readManifestAlone(disk, folder, number);
  if ('damage' in manifest) return manifest;
  for (const segment of manifest.segments)
    for (const [part, seal] of Object.entries(segment.files)) {
      const path = join(folder, segmentPartName(segment.name, part as SegmentPart));
      const damage = await damageOf(disk, path, seal);
      if (damage) return { path, damage };
    }
  return manifest;
}

/** As `readManifest`, but the files that it names are not looked at. */
export async function readManifestAlone(disk: Disk, folder: string, number: number): Promise<Manifest | Damage> {
  const path = join(folder, manifestName(number));
  const data = await disk.read(path);
  const json = data.subarray(0, Math.max(0, data.length - 8));
  if (data.toString('latin1', json.length) !== crc32(json).toString(16).padStart(8, '0'))
    return { path, damage: `the checksum of ${path} does not hold` };
  const manifest = JSON.parse(json.toString('utf8')) as Manifest;
  if (manifest.version > MANIFEST_VERSION)
    throw new StopError(
      `${path} has format ${manifest.version}, and this program knows formats up to ${MANIFEST_VERSION}. Nothing was changed. Start the newer program that wrote it.`,
    );
  return manifest;
}

async function damageOf(disk: Disk, path: string, seal: FileSeal): Promise<string | null> {
  const size = await disk.size(path);
  if (size === null) return `${path} is missing`;
  if (size !== seal.bytes) return `${path} has ${size} bytes instead of ${seal.bytes}`;
  return (await disk.checksum(path)).crc32 === seal.crc32 ? null : `the checksum of ${path} does not hold`;
}
