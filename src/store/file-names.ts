/**
 * Every name in `DATA_DIR/store`, built and parsed here and nowhere else.
 *
 *   journal-0000000001.log          records from that sequence number on
 *   manifest-0000000003.json        the third state of the set of segments
 *   segment-0000000002.vectors      FAISS flat index
 *   segment-0000000002.rows         fixed-size row records: ids, spans, where the text stands
 *   segment-0000000002.texts        the chunks' texts, UTF-8, one after another
 *   segment-0000000002.documents    what the segment's range of the journal did to documents, JSON lines
 *   *.tmp                           unfinished; dropped at start
 *   torn/, quarantine/              what recovery cut off or found damaged, for people
 */
const padded = (n: number): string => String(n).padStart(10, '0');

export const SEGMENT_PARTS = ['vectors', 'rows', 'texts', 'documents'] as const;
export type SegmentPart = (typeof SEGMENT_PARTS)[number];

export const TORN_FOLDER = 'torn';
export const QUARANTINE_FOLDER = 'quarantine';

export const journalName = (firstSequence: number): string => `journal-${padded(firstSequence)}.log`;
export const manifestName = (number: number): string => `manifest-${padded(number)}.json`;
export const segmentName = (number: number): string => `segment-${padded(number)}`;
export const segmentPartName = (segment: string, part: SegmentPart): string => `${segment}.${part}`;
export const isTemporary = (name: string): boolean => name.endsWith('.tmp');

const numberIn = (name: string, pattern: RegExp): number | null => {
  const match = pattern.exec(name);
  return match ? Number(match[1]) : null;
};

/** First sequence number of a journal file; null when the name is none of ours. */
export const parseJournalName = (name: string): number | null => numberIn(name, /^journal-(\d{10,})\.log$/);
export const parseManifestName = (name: string): number | null => numberIn(name, /^manifest-(\d{10,})\.json$/);
/** Number of the segment that a part belongs to. */
export const parseSegmentPartName = (name: string): number | null =>
  numberIn(name, /^segment-(\d{10,})\.(?:vectors|rows|texts|documents)$/);
