import type { FinishReason, Usage } from '../../language-model.ts';
import { INFERENCE_FAULTS, InferenceError, type InferenceFault } from '../../inference-error.ts';
import type { FromProcess, ToProcess } from './process/messages.ts';

type Answer = Extract<FromProcess, { id: number }>;
type Distribute<Call> = Call extends { id: number } ? Omit<Call, 'id'> : never;
type Asked = Distribute<Exclude<ToProcess, { type: 'abort' }>>;
export type Streamed = { type: 'text'; text: string } | { type: 'done'; usage: Usage; finish: FinishReason } | { type: 'failed'; error: InferenceError };

/** Calls that wait for the inference process; each ends by its answer, by an abort, or because the process is gone. */
export class ProcessCalls {
  readonly #send: (message: ToProcess) => void;
  readonly #open = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  constructor(send: (message: ToProcess) => void) { this.#send = send; }

  take(message: FromProcess): void { if ('id' in message) this.#open.get(message.id)?.(message); }

  failAll(fault: InferenceFault, detail: string): void { for (const [id, answer] of this.#open) answer({ type: 'failed', id, fault, detail }); }

  /** Asks and waits for the answer of this type. @throws InferenceError */
  ask<Type extends Answer['type']>(asked: Asked, type: Type, signal?: AbortSignal): Promise<Extract<Answer, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const end = this.#begin(asked, signal, (answer) => {
        if (answer.type !== type && answer.type !== 'failed') return;
        end();
        if (answer.type === 'failed') reject(faultOf(answer)); else resolve(answer as Extract<Answer, { type: Type }>);
      });
    });
  }

  /** Asks and hands on text as it comes; ends with `done` or `failed`. Leaving it early cancels the call. */
  async *stream(asked: Extract<Asked, { type: 'generate' }>, signal: AbortSignal): AsyncGenerator<Streamed> {
    const arrived: Streamed[] = [];
    let wake: (() => void) | undefined;
    let over = false;
    const end = this.#begin(asked, signal, (answer) => {
      if (answer.type === 'text') arrived.push({ type: 'text', text: answer.text });
      else if (answer.type === 'done') arrived.push({ type: 'done', usage: answer.usage, finish: answer.finish });
      else if (answer.type === 'failed') arrived.push({ type: 'failed', error: faultOf(answer) });
      else return;
      over = answer.type !== 'text';
      wake?.();
    });
    try {
      for (;;) {
        const next = arrived.shift();
        if (next) { yield next; if (next.type !== 'text') return; } else await new Promise<void>((resolve) => { wake = resolve; });
      }
    } finally { end(over ? undefined : 'cancel'); }
  }

  /** An abort ends the call here at once, and the process stops at its next step; only a load is waited for, since the next one needs its place. */
  #begin(asked: Asked, signal: AbortSignal | undefined, onAnswer: (answer: Answer) => void): (how?: 'cancel') => void {
    const id = ++this.#lastId;
    const abort = (): void => { this.#send({ type: 'abort', id }); if (asked.type !== 'load') onAnswer({ type: 'failed', id, fault: 'aborted', detail: INFERENCE_FAULTS.aborted.says }); };
    this.#open.set(id, onAnswer);
    signal?.addEventListener('abort', abort, { once: true });
    this.#send({ ...asked, id } as ToProcess);
    return (how) => {
      this.#open.delete(id);
      signal?.removeEventListener('abort', abort);
      if (how === 'cancel') this.#send({ type: 'abort', id });
    };
  }
}

const faultOf = ({ fault, detail }: Extract<Answer, { type: 'failed' }>): InferenceError =>
  new InferenceError(fault === 'unreadable' || fault === 'load-failed' ? 'server-error' : fault, { detail });
