/** Documents in their order, so many at a time that their rows fit in memory: the one that reaches a limit is the batch's last. */
export function* batchesOf<Document>(
  documents: Iterable<Document>,
  rowsOf: (document: Document) => number,
  { rowsMax, documentsMax }: { rowsMax: number; documentsMax: number },
): Generator<Document[]> {
  let batch: Document[] = [];
  let rows = 0;
  for (const document of documents) {
    batch.push(document);
    rows += rowsOf(document);
    if (rows < rowsMax && batch.length < documentsMax) continue;
    yield batch;
    [batch, rows] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
