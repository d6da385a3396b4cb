import { parseArgs } from 'node:util';
import { StopError } from '../../src/platform/index.js';
import { comparedSide, type ComparedSide } from './compare.js';
import { MODES, type Mode } from './search-answer.js';

export const USAGE = `Usage: npm run eval -- [--questions <file> [--documents <folder>] | --set <folder or name>] [options]
       npm run eval -- --compare <a.json> <b.json> [--modes …] [--limit <n>]

Asks questions whose answers are known and says how well they were found. Without either it takes data/samples/questions.jsonl.

  --questions  a line a question: {"question": "…", "document": "manual.pdf", "page": 3, "kind": "…"}; page and kind may be left out
  --documents  the folder with those files; the one that the questions are in without it
  --set        a folder in BEIR's layout (corpus.jsonl, queries.jsonl, qrels.tsv), or the name of one in ../shared/corpora or HVS_CORPORA
  --modes      of ${MODES.join(',')}; all without it. What the service does not have is said and left out
  --limit      so many of the questions, spread over all of them; with --compare so many changes are shown (20)
  --json       writes all that was found into this file, for --compare
  --url        asks the instance there instead of one of its own. Questions are asked about what it holds; the documents
               of a set are brought into it, searched apart from all others, and deleted at the end
  --owner      with --url and --questions: documents of this owner alone
  --key        a key of its API_KEYS, if it asks for one; API_KEY without it
  --compare    two files of --json: what got better and worse. a.json:vector b.json:hybrid compares two modes`;

export interface EvaluationOptions {
  set: string | null;
  questions: string | null;
  documents: string | null;
  modes: Mode[];
  limit: number | null;
  json: string | null;
  url: string | null;
  owner: string | null;
  key: string | undefined;
  compare: [ComparedSide, ComparedSide] | null;
}

const text = { type: 'string' } as const;
const OPTIONS = {
  set: text,
  questions: text,
  documents: text,
  modes: text,
  limit: text,
  json: text,
  url: text,
  owner: text,
  key: text,
  compare: text,
  help: { type: 'boolean' },
} as const;

/** Null when only the usage was asked for. Throws a line, or the usage, for what cannot be meant. */
export function readOptions(args: string[], apiKey: string | undefined): EvaluationOptions | null {
  const { values, positionals } = parsed(args);
  if (values.help) return null;
  const { set, questions, documents, url, owner, compare } = values;
  const others = Object.keys(values).filter((name) => !['compare', 'modes', 'limit'].includes(name));
  if (compare !== undefined && positionals.length !== 1) throw wrong('--compare takes two files: --compare a.json b.json.');
  if (compare !== undefined && others.length > 0) throw wrong(`--compare evaluates nothing: leave --${others[0]} out.`);
  if (compare === undefined && positionals.length > 0) throw wrong(`"${positionals[0]}" is no option.`);
  if (set !== undefined && questions !== undefined) throw wrong('Give --set or --questions, not both.');
  if (documents !== undefined && (set !== undefined || url !== undefined))
    throw wrong('--documents is for --questions without --url: a set has its own documents, and an instance those that it holds.');
  if (owner !== undefined && (set !== undefined || url === undefined)) throw wrong('--owner is for --questions with --url.');
  if (url !== undefined && !/^https?:\/\/./.test(url)) throw wrong(`--url ${url} is no address. Give one such as http://127.0.0.1:3000.`);
  return {
    set: set ?? null,
    questions: questions ?? null,
    documents: documents ?? null,
    modes: modesOf(values.modes),
    limit: limitOf(values.limit),
    json: values.json ?? null,
    url: url?.replace(/\/+$/, '') ?? null,
    owner: owner ?? null,
    key: values.key ?? apiKey,
    compare: compare === undefined ? null : [comparedSide(compare), comparedSide(positionals[0])],
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new StopError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function modesOf(list: string | undefined): Mode[] {
  if (list === undefined) return [...MODES];
  const asked = list.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !MODES.some((mode) => mode === name));
  if (unknown !== undefined) throw wrong(`--modes: there is no mode "${unknown}". There are ${MODES.join(', ')}.`);
  return MODES.filter((mode) => asked.includes(mode));
}

function limitOf(limit: string | undefined): number | null {
  if (limit === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw wrong(`--limit ${limit} is no whole number from 1.`);
  return Number(limit);
}

function wrong(line: string): StopError {
  return new StopError(`${line} Nothing was evaluated; --help shows the options.`);
}
