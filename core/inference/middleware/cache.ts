import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isoFrom, type Clock } from '../../sources.ts';
import type { AnswerCacheRepository, CachedAnswerRow } from '../answer-cache-repository.ts';
import type { ModelAnswer, ModelRequest, StreamPart } from '../language-model.ts';
import { withStream, type CallNotes, type Middleware } from './middleware.ts';
import { parseOutput } from './structured-output.ts';

/** Answers kept. */
export const ANSWERS_KEPT = 2_000;
const FLUSH_MS = 1_000;

/** What is kept of an answer. */
type StoredAnswer = Pick<ModelAnswer, 'text' | 'toolCalls' | 'usage' | 'finish'>;
export interface CachedAnswer extends StoredAnswer { providerId: string; model: string }

/** Answers by the exact request. Uses and new answers reach the disk together within a second, so that a hit costs no write. */
export class AnswerCache {
  readonly #repository: AnswerCacheRepository;
  readonly #clock: Clock;
  #unsaved = new Map<string, CachedAnswerRow>();
  #used = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(repository: AnswerCacheRepository, clock: Clock) { this.#repository = repository; this.#clock = clock; }

  get(requestHash: string, providerId: string, model: string): CachedAnswer | undefined {
    const hash = keyOf(requestHash, providerId, model);
    return this.#opened(this.#unsaved.get(hash) ?? this.#repository.get(hash));
  }

  /** An answer to the same request by whichever model. */
  anyOf(requestHash: string): CachedAnswer | undefined {
    const fresh = [...this.#unsaved.values()].find(({ hash }) => hash.startsWith(`${requestHash}:`));
    return this.#opened(fresh ?? this.#repository.anyOf(requestHash));
  }

  put(requestHash: string, { providerId, model, text, toolCalls, usage, finish }: CachedAnswer): void {
    const hash = keyOf(requestHash, providerId, model);
    const answer: StoredAnswer = { text, toolCalls, usage, finish };
    this.#unsaved.set(hash, { hash, providerId, model, answer: JSON.stringify(answer), usedAt: isoFrom(this.#clock.now()) });
    this.#flushLater();
  }

  /** What the disk refuses is given up: a cache may forget. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [rows, used] = [[...this.#unsaved.values()], this.#used];
    this.#unsaved = new Map();
    this.#used = new Map();
    if (rows.length === 0 && used.size === 0) return;
    try { this.#repository.save(rows, used); } catch { /* forgotten */ }
  }

  /** After the person deleted or replaced the data: what was not written yet is dropped. */
  forget(): void { this.#unsaved = new Map(); this.#used = new Map(); }

  #opened(row: CachedAnswerRow | undefined): CachedAnswer | undefined {
    if (!row) return undefined;
    this.#used.set(row.hash, isoFrom(this.#clock.now()));
    this.#flushLater();
    return { ...(JSON.parse(row.answer) as StoredAnswer), providerId: row.providerId, model: row.model };
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
    this.#timer.unref();
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const keyOf = (requestHash: string, providerId: string, model: string): string => `${requestHash}:${sha256(`${providerId}\n${model}`).slice(0, 32)}`;

const schemaTexts = new WeakMap<z.ZodType, string>();
function schemaText(schema: z.ZodType): string {
  let text = schemaTexts.get(schema);
  if (text === undefined) schemaTexts.set(schema, text = JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' })));
  return text;
}

/** The hash of everything in a request that shapes its answer; not whose conversation it is, nor how much of it stays the same. */
export function hashRequest(request: ModelRequest): string {
  const { messages, maxOutputTokens, temperature, topP, seed, stop, tools, toolChoice, output } = request;
  return sha256(JSON.stringify([
    messages.map((message) => [message.role, message.text, message.role === 'assistant' ? message.toolCalls : message.role === 'tool' ? message.toolCallId : null]),
    maxOutputTokens, temperature, topP, seed, stop, toolChoice,
    tools?.map(({ name, description, input }) => [name, description, schemaText(input)]), output ? [output.name, schemaText(output.schema)] : null,
  ]));
}

/** A kept answer as a stream. */
export function* cachedParts({ text, toolCalls, usage, finish, model }: CachedAnswer): Generator<StreamPart> {
  if (text !== '') { yield { type: 'text-start' }; yield { type: 'text-delta', text }; yield { type: 'text-end' }; }
  for (const call of toolCalls) yield { type: 'tool-call', call };
  yield { type: 'usage', usage, finish, model };
}

export interface CacheOptions { cache: AnswerCache; requestHash: string; notes: CallNotes }

/** Answers an exact repetition from what the same model said before, and keeps whole answers for the next time. */
export const withCache = ({ cache, requestHash, notes }: CacheOptions): Middleware => (model) => withStream(model, async function* (request, options) {
  const known = cache.get(requestHash, model.providerId, model.modelName);
  if (known && readable(known, request, notes)) { notes.cached = true; yield* cachedParts(known); return; }
  let text = '';
  const toolCalls: ModelAnswer['toolCalls'] = [];
  for await (const part of model.stream(request, options)) {
    if (part.type === 'text-delta') text += part.text;
    else if (part.type === 'tool-call') toolCalls.push(part.call);
    else if (part.type === 'usage' && (part.finish === 'stop' || part.finish === 'tool-calls')) {
      cache.put(requestHash, { text, toolCalls, usage: part.usage, finish: part.finish, providerId: model.providerId, model: model.modelName });
    }
    yield part;
  }
});

/** Whether a kept answer still has the form asked for; a schema can refine more than its hash can tell. */
export function readable(answer: CachedAnswer, request: ModelRequest, notes: CallNotes): boolean {
  if (!request.output || answer.text === '') return true;
  try { notes.output = parseOutput(answer.text, request.output.schema); return true; } catch { return false; }
}
