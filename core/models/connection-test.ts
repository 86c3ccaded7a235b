import { InferenceError } from '../inference/inference-error.ts';
import type { CallOptions, Message } from '../inference/language-model.ts';
import type { Connection } from '../inference/models-config.ts';
import type { Connections } from '../inference/provider-pool.ts';
import type { Prompts } from '../prompts/prompt.ts';

export interface TestResult { ok: boolean; latencyMs: number | null; models: string[]; says: string }

export interface ConnectionTestOptions {
  pool: Connections;
  prompts: Pick<Prompts, 'current'>;
  /** Milliseconds that pass, for measuring; not the time of day. */
  elapsed?: () => number;
  /** How long the list of models, and then the answer, may take. */
  listTimeoutMs?: number;
  answerTimeoutMs?: number;
}

const PROMPT = 'models/connection-test';
/** A model on two slow cores reads the prompt before its first word. */
const ANSWER_TIMEOUT_MS = 30_000;
const MAX_MODELS = 500;

/** Asks a provider for its models and, if one is chosen, for one word. Never throws: a provider's fault is the result. */
export async function testConnection(connection: Connection, { pool, prompts, elapsed = () => performance.now(), listTimeoutMs = 10_000, answerTimeoutMs = ANSWER_TIMEOUT_MS }: ConnectionTestOptions): Promise<TestResult> {
  const { id, name, model } = connection;
  const blocked = whyNotNow();
  if (blocked !== null) return { ok: false, latencyMs: null, models: [], says: blocked };

  const list = await attempt(listTimeoutMs, (options) => pool.listModels(id, options));
  const models = list.ok ? list.value.slice(0, MAX_MODELS) : [];
  if (model === null) {
    if (!list.ok) return { ok: false, latencyMs: null, models, says: faultSays(list.error) };
    return { ok: true, latencyMs: list.ms, models, says: `${name} answers and offers ${counted(models.length)}. Choose one to use it.` };
  }
  // Some compatible servers have no list; every other fault would only be repeated by the question.
  if (!list.ok && list.error.fault !== 'not-found' && list.error.fault !== 'malformed') return { ok: false, latencyMs: null, models, says: faultSays(list.error) };
  const state = pool.readiness(id);
  if (state.state !== 'ready' && state.state !== 'disabled') return { ok: false, latencyMs: null, models, says: state.says };
  const question = await words();
  if (question.length === 0) return list.ok ? { ok: true, latencyMs: list.ms, models, says: `${name} answers and offers ${counted(models.length)}; ${model} itself was not asked.` } : { ok: false, latencyMs: null, models, says: faultSays(list.error) };

  const answer = await attempt(answerTimeoutMs, (options) => pool.languageModel(id).generate({ messages: question, maxOutputTokens: prompt()?.maxOutputTokens ?? 16 }, options));
  // A model that thinks first may use up so short an answer; that it was reached and charged for is what was to be shown.
  if (answer.ok || answer.error.fault === 'empty') return { ok: true, latencyMs: answer.ms, models, says: `${model} answered in ${spoken(answer.ms)}.${list.ok ? '' : ' The server has no list of models.'}` };
  const missing = answer.error.fault === 'not-found' && models.length > 0 && !models.includes(model);
  return { ok: false, latencyMs: null, models, says: missing ? `${name} answers, but offers no model "${model}". Choose one of ${counted(models.length)}.` : faultSays(answer.error) };

  function whyNotNow(): string | null {
    const { state, says } = pool.readiness(id);
    return state === 'ready' || state === 'no-model' || state === 'disabled' || (connection.kind === 'llama' && state === 'loading') ? null : says;
  }

  function prompt() { return prompts.current(PROMPT); }
  async function words(): Promise<Message[]> {
    const rendered = await prompt()?.render({}).catch(() => undefined);
    return (rendered ?? []).map(({ role, text }): Message => ({ role, text }));
  }

  /** Runs one call with a time limit that holds even when the call does not listen to its signal. */
  async function attempt<T>(timeoutMs: number, run: (options: CallOptions) => Promise<T>): Promise<{ ok: true; value: T; ms: number } | { ok: false; error: InferenceError; ms: number }> {
    const started = elapsed();
    const limit = AbortSignal.timeout(timeoutMs);
    const late = new Promise<never>((_, reject) => { limit.addEventListener('abort', () => reject(new InferenceError('timeout')), { once: true }); });
    try {
      const value = await Promise.race([run({ signal: limit, reason: 'test connection', priority: 'interactive' }), late]);
      return { ok: true, value, ms: Math.round(elapsed() - started) };
    } catch (error) {
      const fault = limit.aborted ? new InferenceError('timeout') : error instanceof InferenceError ? error : new InferenceError('malformed', { cause: error });
      return { ok: false, error: fault, ms: Math.round(elapsed() - started) };
    }
  }
}

const counted = (count: number): string => (count === 1 ? '1 model' : `${count} models`);
const spoken = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);
/** The catalogue's words for the fault; the provider's own may repeat what was sent. */
const faultSays = (error: InferenceError): string => `${error.says.charAt(0).toUpperCase()}${error.says.slice(1)}${error.status === undefined ? '' : ` (status ${error.status})`}.`;
