import { LlamaGrammarEvaluationState, LlamaText, type ChatWrapper, type LlamaGrammar, type LlamaModel, type Token } from 'node-llama-cpp';
import type { CallOptions, FinishReason, Usage } from '../../../language-model.ts';
import { catchUp } from './catch-up.ts';
import { convertToChatHistory } from './chat-prompt.ts';
import type { GenerateRequest } from './messages.ts';
import type { PriorityGate } from './priority-gate.ts';
import { CharacterJoiner, StopTexts, ThoughtFilter } from './reply-text.ts';
import { restoreReplies, type SequenceSlots, type Slot } from './sequence-slots.ts';

/** What a generation needs of a loaded model. */
export interface GenerationModel { model: LlamaModel; wrapper: ChatWrapper; contextTokens: number; batchTokens: number; slots: SequenceSlots; gate: PriorityGate }
export interface GenerationCall {
  request: GenerateRequest;
  priority: CallOptions['priority'];
  signal: AbortSignal;
  grammar: LlamaGrammar | undefined;
  onText(text: string): void;
  onState(state: 'running' | 'waiting' | 'paused'): void;
}

/** The prompt and the answer it may have do not fit the context. */
export class ContextOverflow extends Error {}

const DEFAULT_TEMPERATURE = 0.7;
const FIRST_PIECE_TOKENS = 64;

/**
 * Generates one answer. Background work pauses between two tokens while a person waits and goes on from where it was.
 * @throws ContextOverflow before anything is computed; what the signal was aborted with
 */
export async function generate(loaded: GenerationModel, call: GenerationCall): Promise<{ usage: Usage; finish: FinishReason }> {
  const leave = loaded.gate.enter(call.priority);
  try { return await new Generation(loaded, call).run(); } finally { leave(); }
}

class Generation {
  readonly #loaded: GenerationModel;
  readonly #call: GenerationCall;
  readonly #stopTokens: ReadonlySet<Token>;
  readonly #out: ReplyOut;
  readonly #grammarState: LlamaGrammarEvaluationState | undefined;
  /** Prompt and what was generated so far. */
  #tokens: Token[];
  #promptTokens: number;
  /** Tokens of the prompt that came from kept state; known with the first token. */
  #cached: number | null = null;
  /** Tokens of the prompt that were computed before a pause. */
  #computed = 0;
  #finish: FinishReason | undefined;

  constructor(loaded: GenerationModel, call: GenerationCall) {
    this.#loaded = loaded;
    this.#call = call;
    const { model, wrapper } = loaded;
    const { contextText, stopGenerationTriggers } = wrapper.generateContextState({ chatHistory: convertToChatHistory(call.request.messages) });
    this.#tokens = contextText.tokenize(model.tokenizer);
    this.#promptTokens = this.#tokens.length;
    if (this.#promptTokens + call.request.maxOutputTokens > loaded.contextTokens) {
      throw new ContextOverflow(`${this.#promptTokens} tokens and an answer of ${call.request.maxOutputTokens} are more than the ${loaded.contextTokens} of the context`);
    }
    const triggers = readTriggers(stopGenerationTriggers, model);
    this.#stopTokens = triggers.tokens;
    const thoughts = call.grammar ? { open: '', close: '', opened: false } : readThoughtMarks(wrapper, contextText.toString());
    this.#out = new ReplyOut(model, thoughts, this.#tokens, [...(call.request.stop ?? []), ...triggers.texts]);
    this.#grammarState = call.grammar && new LlamaGrammarEvaluationState({ model, grammar: call.grammar });
  }

  async run(): Promise<{ usage: Usage; finish: FinishReason }> {
    const { slots, gate } = this.#loaded;
    const { priority, signal, request, onState } = this.#call;
    while (this.#finish === undefined) {
      if (gate.mustPause(priority)) { onState('paused'); await gate.pass(priority, signal); }
      onState('waiting');
      const slot = await slots.acquire(request.conversationId ?? null, priority, signal);
      onState('running');
      try { await this.#compute(slot); } finally { slots.release(slot); }
    }
    return { usage: { inputTokens: this.#promptTokens, outputTokens: this.#tokens.length - this.#promptTokens, cachedInputTokens: this.#cached }, finish: this.#finish };
  }

  /** Computes on a slot until the answer is finished or background work has to pause. */
  async #compute(slot: Slot): Promise<void> {
    const { gate, model } = this.#loaded;
    const { priority, signal, request, onText } = this.#call;
    const first = this.#cached === null;
    if (first) {
      this.#tokens = restoreReplies(this.#tokens, slot, (text) => model.tokenize(text));
      this.#promptTokens = this.#tokens.length;
    }
    const meter = slot.sequence.tokenMeter.getState();
    const computed = (): number => { const { usedInputTokens, usedOutputTokens } = slot.sequence.tokenMeter.diff(meter); return usedInputTokens + usedOutputTokens; };
    if (!await catchUp(slot.sequence, this.#tokens.slice(0, -1), { ...this.#loaded, priority, signal, firstPieceTokens: FIRST_PIECE_TOKENS })) { this.#computed += computed(); return; }
    const measure = (): void => { this.#cached ??= Math.max(0, this.#promptTokens - this.#computed - computed()); };
    const answered = this.#tokens.length - this.#promptTokens;
    let left = Math.min(request.maxOutputTokens - answered, this.#loaded.contextTokens - this.#tokens.length);
    if (left <= 0) { measure(); this.#finish = 'length'; return; }
    const generated = slot.sequence.evaluate(this.#tokens.slice(-1), {
      temperature: request.temperature ?? DEFAULT_TEMPERATURE, ...(request.topP === undefined ? {} : { topP: request.topP }),
      seed: (request.seed ?? Math.floor(Math.random() * 2 ** 31)) + answered,
      ...(this.#grammarState ? { grammarEvaluationState: this.#grammarState } : {}), evaluationPriority: priority === 'interactive' ? 5 : 1,
    });
    for await (const token of generated) {
      measure();
      if (this.#stopTokens.has(token)) break;
      this.#tokens.push(token);
      onText(this.#out.push(token));
      if (signal.aborted) break;
      if (this.#out.stopped) { this.#finish = 'stop'; break; }
      if (--left <= 0) { this.#finish = 'length'; break; }
      if (gate.mustPause(priority)) return;
    }
    measure();
    signal.throwIfAborted();
    this.#finish ??= 'stop';
    onText(this.#out.flush());
    if (this.#out.whole) slot.replies.push({ start: this.#promptTokens, tokens: this.#tokens.slice(this.#promptTokens), text: this.#out.text });
  }
}

/** From tokens to the text that is shown: whole characters, without thoughts, up to a stop text. */
class ReplyOut {
  readonly #characters: CharacterJoiner<Token>;
  readonly #thoughts: ThoughtFilter;
  readonly #stops: StopTexts;
  text = '';

  constructor(model: LlamaModel, { open, close, opened }: ThoughtMarks, prompt: Token[], stops: string[]) {
    // The marks may be special tokens, which have no text of their own otherwise.
    const spoken = new Set([open, close].filter(Boolean).flatMap((text) => model.tokenize(text.trim(), true)).filter((token) => model.isSpecialToken(token)));
    this.#characters = new CharacterJoiner((tokens, before) => model.detokenize(tokens, tokens.some((token) => spoken.has(token)), before), prompt);
    this.#thoughts = new ThoughtFilter(open, close, opened);
    this.#stops = new StopTexts(stops);
  }

  get stopped(): boolean { return this.#stops.stopped; }
  /** Whether the text is all that was generated. */
  get whole(): boolean { return !this.stopped && !this.#thoughts.used; }
  push(token: Token): string { return this.#keep(this.#stops.push(this.#thoughts.push(this.#characters.push(token)))); }
  flush(): string { return this.#keep(this.#stops.push(this.#thoughts.push(this.#characters.flush()) + this.#thoughts.flush()) + this.#stops.flush()); }
  #keep(text: string): string { this.text += text; return text; }
}

interface ThoughtMarks { open: string; close: string; opened: boolean }

/** Between which marks this template has a model think; empty when it does not. */
function readThoughtMarks(wrapper: ChatWrapper, prompt: string): ThoughtMarks {
  const thought = wrapper.settings.segments?.thought;
  const mark = (text: unknown): string => (typeof text === 'string' || LlamaText.isLlamaText(text) ? LlamaText(text).toString().trim() : '');
  const [open, close] = [mark(thought?.prefix), mark(thought?.suffix)];
  return { open, close, opened: open !== '' && prompt.trimEnd().endsWith(open) };
}

/** What ends an answer for this chat template: single tokens, and texts that are spelled out. */
function readTriggers(triggers: readonly unknown[], model: LlamaModel): { tokens: Set<Token>; texts: string[] } {
  const tokens = new Set<Token>();
  const texts: string[] = [];
  for (const trigger of triggers) {
    const text = LlamaText(trigger as string);
    const tokenized = text.tokenize(model.tokenizer);
    const [only] = tokenized;
    if (tokenized.length === 1 && only !== undefined && model.isSpecialToken(only)) tokens.add(only);
    else if (text.toString() !== '') texts.push(text.toString());
  }
  return { tokens, texts };
}
