import type { ServedBy } from '../inference/inference.ts';
import type { PromptRef, PromptUse, UseOutcome } from '../prompts/prompt.ts';
import type { SpeechScript } from './speech-script.ts';
import { subjectOf } from './turn-outcomes.ts';

const UNKNOWN = { place: null, model: null, firstWordMs: null, durationMs: null, inputTokens: null, outputTokens: null } as const;

/** The use of which no more is known than the prompts and how it ended: nobody measured it to its end. */
export const unmeasuredUse = (sessionId: string, seq: number, prompts: readonly PromptRef[], outcome: UseOutcome): PromptUse =>
  ({ sessionId, subject: subjectOf(seq), prompts, lane: 'interactive-deep', outcome, ...UNKNOWN });

/** Follows one turn's call to the models: who spoke, from which prompts, how quickly. */
export class SpeechUse {
  readonly #turn: { sessionId: string; seq: number };
  readonly #elapsed: () => number;
  #script: Pick<SpeechScript, 'prompts' | 'goOn'> | undefined;
  #askedAt = 0;
  #firstWordMs: number | null = null;
  #wentOn = false;
  #timed = true;
  /** Who speaks, or spoke last. */
  by: { provider: string; model: string; place: 'here' | 'away' } | undefined;
  /** Known once a model was heard to its end. */
  tokens: { inputTokens: number | null; outputTokens: number | null } = UNKNOWN;

  constructor(turn: { sessionId: string; seq: number }, elapsed: () => number) { this.#turn = turn; this.#elapsed = elapsed; }

  /** Every prompt that is in the words so far, the instruction first. */
  get prompts(): PromptRef[] {
    const { prompts = [], goOn } = this.#script ?? {};
    return [...prompts, ...(this.#wentOn && goOn ? [goOn] : [])];
  }

  /** The models are asked now. */
  asked(script: Pick<SpeechScript, 'prompts' | 'goOn'>): void { this.#script = script; this.#askedAt = this.#elapsed(); }
  heard(): void { this.#firstWordMs ??= this.#elapsed() - this.#askedAt; }
  /** The next model was given the words so far with a prompt to go on. */
  wentOn(): void { this.#wentOn = true; }
  /** The words so far do not count; the next model begins again. */
  beganAnew(): void { this.#firstWordMs = null; this.#wentOn = false; }
  /** An answer from the cache says nothing of how long one takes. */
  heardOut(by: ServedBy): void {
    this.heard();
    this.by = { provider: by.providerName, model: by.model, place: by.place };
    this.tokens = by.usage;
    this.#timed = !by.cached;
  }

  /** What came of the prompts; null when nobody was asked. `whole` is false when the words were not waited for, so that nobody knows how long they take. */
  ended(outcome: UseOutcome, whole = true): PromptUse | null {
    if (!this.#script) return null;
    const by = outcome === 'unanswered' ? undefined : this.by;
    return {
      ...unmeasuredUse(this.#turn.sessionId, this.#turn.seq, this.prompts, outcome), place: by?.place ?? null, model: by?.model ?? null,
      firstWordMs: this.#timed && this.#firstWordMs !== null ? Math.round(this.#firstWordMs) : null,
      durationMs: this.#timed && whole ? Math.round(this.#elapsed() - this.#askedAt) : null,
      inputTokens: this.tokens.inputTokens, outputTokens: this.tokens.outputTokens,
    };
  }
}
