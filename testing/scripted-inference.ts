import type { Lane } from '../core/contract/models.ts';
import type { Message } from '../core/inference/language-model.ts';
import { InferenceError } from '../core/inference/inference-error.ts';
import type { Inference, LaneCall, LaneEvent, ServedBy } from '../core/inference/inference.ts';

const MODEL = { providerId: 'here', providerName: 'Test provider', model: 'test-model' } as const;

/** One call to the models, answered by the test as it likes. */
export class ScriptedCall {
  readonly call: LaneCall;
  readonly signal: AbortSignal;
  #waiting: LaneEvent[] = [];
  #wake: () => void = () => {};

  constructor(call: LaneCall, signal: AbortSignal) {
    this.call = call;
    this.signal = signal;
    signal.addEventListener('abort', () => this.push({ type: 'gave-up', says: 'It was cancelled.', aborted: true, cut: '' }), { once: true });
  }

  push(...events: LaneEvent[]): this { this.#waiting.push(...events); this.#wake(); return this; }
  attempt(provider: string = MODEL.providerName, place: 'here' | 'away' = 'here'): this { return this.push({ type: 'attempt', providerId: provider, providerName: provider, model: MODEL.model, place }); }
  say(text: string): this { return this.push({ type: 'delta', text }); }
  fail(from: string, to: string | null, how: 'continued' | 'restarted' | 'nothing-shown'): this {
    return this.push({ type: 'switch', from, to, says: `${from} did not answer (too many requests); ${to ?? 'the built-in coach'} goes on.`, error: new InferenceError('rate-limited'), how });
  }
  giveUp(says = 'No model can answer now; the built-in coach goes on.'): this { return this.push({ type: 'gave-up', says, aborted: false, cut: '' }); }
  end(by: Partial<ServedBy> = {}): this {
    const usage = { inputTokens: 300, outputTokens: 64, cachedInputTokens: 200 };
    return this.push({ type: 'end', answer: { text: '', toolCalls: [], usage, finish: 'stop', model: MODEL.model }, by: { ...MODEL, place: 'here', usage, costMicroUsd: 0, cached: false, ...by } });
  }

  async *events(): AsyncGenerator<LaneEvent> {
    for (;;) {
      const event = this.#waiting.shift();
      if (!event) { await new Promise<void>((resume) => { this.#wake = resume; }); continue; }
      yield event;
      if (event.type === 'end' || event.type === 'gave-up') return;
    }
  }
}

/** Models that say what the test says, when it says so. */
export class ScriptedInference implements Inference {
  isReady = true;
  context = { total: 4096, output: 256 };
  readonly calls: ScriptedCall[] = [];
  warmed = 0;
  /** Answers each call by itself when set; otherwise the test does, through `calls`. */
  answerWith: ((call: ScriptedCall) => void) | undefined;

  ready(): boolean { return this.isReady; }
  answering(): ReturnType<Inference['answering']> { return { who: this.isReady ? 'local' : 'coach', name: MODEL.model, leaves: 'nothing', host: null }; }
  contextTokens(): { total: number; output: number } { return this.context; }
  stream(call: LaneCall, signal: AbortSignal): AsyncIterable<LaneEvent> {
    const scripted = new ScriptedCall(call, signal);
    this.calls.push(scripted);
    this.answerWith?.(scripted);
    return scripted.events();
  }
  async generate(): Promise<undefined> { return undefined; }
  async embed(): Promise<undefined> { return undefined; }
  /** What was to be read ahead; `readsAhead` is what a model here says to it, without one nobody does. */
  readonly ahead: { sessionId: string; messages: Message[] | undefined; signal: AbortSignal }[] = [];
  readsAhead: ((signal: AbortSignal) => Promise<boolean>) | undefined;
  async readAhead({ sessionId }: { sessionId: string }, beginning: (signal: AbortSignal) => Promise<Message[] | undefined>, signal: AbortSignal): Promise<boolean> {
    if (!this.readsAhead) return false;
    const messages = await beginning(signal);
    this.ahead.push({ sessionId, messages, signal });
    return messages !== undefined && this.readsAhead(signal);
  }
  embedders(): ReturnType<Inference['embedders']> { return []; }
  warm(): void { this.warmed++; }
  lastSwitch(): null { return null; }
  async countTokens(_lane: Lane, texts: readonly string[]): Promise<{ counts: number[]; tokenizer: string; exact: boolean }> {
    return { counts: texts.map((text) => Math.ceil(text.length / 4)), tokenizer: 'scripted', exact: true };
  }
  answeringHere(): boolean { return false; }
  onAnsweredHere(): () => void { return () => {}; }
}
