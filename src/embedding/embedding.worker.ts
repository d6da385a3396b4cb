/**
 * Owns the model: one session in one thread, for sessions made again and again leak. One text a run, because the int8
 * model quantises over the whole batch: beside other texts the same text would get another vector.
 */
import { AutoModel, env, Tensor, type PreTrainedModel } from '@huggingface/transformers';
import { basename, dirname, sep } from 'node:path';
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import type { WorkerReply, WorkerRequest, WorkerSettings } from './embedding-protocol.js';
import { loadTokenizer, type Tokenizer } from './tokenizer.js';
import { unitMean } from './unit-mean.js';

type TextRequest = Extract<WorkerRequest, { text: string }>;

const settings = workerData as WorkerSettings;
const port = parentPort as MessagePort;
const queries: TextRequest[] = [];
const texts: TextRequest[] = [];
let closing = false;
let working = true;

const reply = (message: WorkerReply): void =>
  port.postMessage(message, message.kind === 'vector' ? [message.vector.buffer as ArrayBuffer] : []);

function receive(request: WorkerRequest): void {
  if (request.kind === 'close') closing = true;
  else (request.kind === 'query' ? queries : texts).push(request);
}

/** What arrived during the last run is taken in first, so that a query waits for one text at most. */
function nextRequest(): TextRequest | undefined {
  for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
    receive(received.message as WorkerRequest);
  }
  return closing ? undefined : (queries.shift() ?? texts.shift());
}

async function loadModel(): Promise<PreTrainedModel> {
  env.allowRemoteModels = false; // nothing is ever fetched while the service runs
  env.allowLocalModels = true;
  env.useFSCache = false;
  env.localModelPath = dirname(settings.modelFolder) + sep;
  return AutoModel.from_pretrained(basename(settings.modelFolder), {
    dtype: 'q8', // onnx/model_quantized.onnx
    device: 'cpu',
    local_files_only: true,
    session_options: {
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      // Threads that wait in a loop for their next share of the work take the processor from everybody else, and from each other.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    },
  });
}

async function embed(model: PreTrainedModel, ids: number[]): Promise<Float32Array> {
  const shape = [1, ids.length];
  const output = (await model({
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), shape),
  })) as { last_hidden_state: Tensor };
  try {
    return unitMean(output.last_hidden_state.data as Float32Array, ids.length, settings.dimension);
  } finally {
    output.last_hidden_state.dispose();
  }
}

async function answer(model: PreTrainedModel, tokenizer: Tokenizer, { kind, id, text }: TextRequest): Promise<WorkerReply> {
  const { tokensMax } = settings;
  let ids = tokenizer.encode(text);
  if (ids.length > tokensMax) {
    if (kind === 'text') return { kind: 'too-long', id, tokens: ids.length };
    ids = [...ids.slice(0, tokensMax - 1), ids[ids.length - 1]]; // the closing special token stays
  }
  return { kind: 'vector', id, vector: await embed(model, ids) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function work(model: PreTrainedModel, tokenizer: Tokenizer): Promise<void> {
  working = true;
  for (let request = nextRequest(); request; request = nextRequest()) {
    const { id } = request;
    reply(await answer(model, tokenizer, request).catch((error: unknown) => ({ kind: 'failed', id, reason: reasonOf(error) }) as const));
  }
  working = false;
  if (closing) {
    await model.dispose();
    port.close();
  }
}

try {
  const tokenizer = loadTokenizer(settings.modelFolder);
  const model = await loadModel();
  await embed(model, tokenizer.encode('warm')); // shows a wrong dimension now, and makes the first query as fast as the next
  port.on('message', (request: WorkerRequest) => {
    receive(request);
    if (!working) void work(model, tokenizer);
  });
  reply({ kind: 'ready' });
  await work(model, tokenizer);
} catch (error) {
  reply({ kind: 'unusable', reason: reasonOf(error) });
  port.close();
}
