/** What Swagger UI shows: without vectors, which nobody could read. */
export const EXPORT_EXAMPLE = [
  '{"format":"hvs-export/1","embedding_model":"all-MiniLM-L6-v2","dimension":384,"documents":1}',
  '{"title":"X200 user manual","filename":"x200.pdf","mime_type":"application/pdf","owner_id":"support-team","metadata":{"product":"X200"},' +
    '"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","created_at":"2026-11-20T09:30:00.000Z","page_count":1,"char_count":42,' +
    '"chunks":[{"text":"Hold the power button for ten seconds.","page_start":1,"page_end":1,"char_start":0,"char_end":38,"heading_path":["Resetting"]}]}',
].join('\n');

export const IMPORT_EXAMPLE = '{"title":"Resetting the X200","chunks":[{"text":"Hold the power button for ten seconds."}]}';

export const IMPORT_ANSWER_EXAMPLE = [
  '{"line":1,"document_id":7,"chunk_count":1,"status":"imported","embedded":1}',
  '{"line":2,"error":{"type":"urn:hvs:problem:VALIDATION_FAILED","title":"The line is not a valid document","status":400,' +
    '"detail":"`title` is missing. Nothing of this line was stored; the other lines are not concerned. Correct it and send it again.",' +
    '"code":"VALIDATION_FAILED","request_id":"1a7f2f0e-6f8e-4a55-9d1c-1f6a3a7b2c44"}}',
  '{"imported":1,"failed":1,"duplicates":0}',
].join('\n');
