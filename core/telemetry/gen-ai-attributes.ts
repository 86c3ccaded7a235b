import type { Attributes } from '@opentelemetry/api';

// The OpenTelemetry GenAI semantic conventions still change; their names stand here and nowhere else.
// Source: opentelemetry.io/docs/specs/semconv/gen-ai, as of semantic-conventions 1.45.

export type Operation = 'chat' | 'embeddings';

interface PromptFacts { id: string; version: string; hash: string }
/** The prompt with the instruction, and the others whose words went into the call. */
type PromptsFacts = PromptFacts & { with?: readonly PromptFacts[] };

/** A call on a lane, before anybody was asked. */
export interface LaneCallFacts { operation: Operation; lane: string; prompt?: PromptsFacts; sessionId?: string | undefined }

/** How a call on a lane ended. */
export interface LaneCallResult { outcome: Outcome; attempts: number; errorType?: string | undefined; providerId?: string | undefined; costMicroUsd?: number | null }

/** One model asked once. `model` must be a name, never a path. */
export interface AttemptFacts {
  operation: Operation; lane: string; attempt: number;
  prompt?: PromptsFacts; sessionId?: string | undefined;
  providerId: string; providerKind: string; model: string; host: string | null;
  maxOutputTokens?: number | undefined; temperature?: number | undefined;
  /** Kept only where the person turned text on. */
  messages?: readonly { role: string; text: string }[];
}

/** How that went. `errorType` is a fault's name, never a message. */
export interface AttemptResult {
  outcome: Outcome; errorType?: string | undefined; model?: string | undefined; finish?: string | undefined;
  inputTokens?: number | null; outputTokens?: number | null; cachedInputTokens?: number | null;
  firstTokenMs?: number | undefined; costMicroUsd?: number | null;
  text?: string;
}

export type Outcome = 'answered' | 'cached' | 'failed' | 'aborted' | 'gave-up';

const PROVIDER_NAMES: Readonly<Record<string, string>> = { 'openai-compatible': 'openai_compatible', llama: 'llama_cpp' };
const FINISH_NAMES: Readonly<Record<string, string>> = { 'tool-calls': 'tool_calls', filtered: 'content_filter' };

export const laneSpanName = ({ lane }: LaneCallFacts): string => `lane ${lane}`;
export const attemptSpanName = ({ operation, model }: AttemptFacts): string => `${operation} ${model}`;
export const OUTCOME = 'role_accel.outcome';

export const laneCallAttributes = ({ operation, lane, prompt, sessionId }: LaneCallFacts): Attributes =>
  known({ 'gen_ai.operation.name': operation, 'role_accel.lane': lane, 'gen_ai.conversation.id': sessionId, ...promptAttributes(prompt) });

export const laneResultAttributes = ({ outcome, attempts, errorType, providerId, costMicroUsd }: LaneCallResult): Attributes =>
  known({ [OUTCOME]: outcome, 'role_accel.attempts': attempts, 'error.type': errorType, 'role_accel.connection.id': providerId, 'role_accel.cost_micro_usd': costMicroUsd });

export const attemptAttributes = (facts: AttemptFacts, withText: boolean): Attributes => known({
  'gen_ai.operation.name': facts.operation,
  'gen_ai.provider.name': PROVIDER_NAMES[facts.providerKind] ?? facts.providerKind,
  'gen_ai.request.model': facts.model,
  'gen_ai.request.max_tokens': facts.maxOutputTokens,
  'gen_ai.request.temperature': facts.temperature,
  'gen_ai.conversation.id': facts.sessionId,
  'server.address': facts.host,
  'role_accel.lane': facts.lane,
  'role_accel.connection.id': facts.providerId,
  'role_accel.attempt': facts.attempt,
  ...promptAttributes(facts.prompt),
  'gen_ai.input.messages': withText && facts.messages ? JSON.stringify(facts.messages.map(({ role, text }) => ({ role, parts: [{ type: 'text', content: text }] }))) : undefined,
});

export const attemptResultAttributes = (result: AttemptResult, withText: boolean): Attributes => known({
  [OUTCOME]: result.outcome,
  'error.type': result.errorType,
  'gen_ai.response.model': result.model,
  'gen_ai.response.finish_reasons': result.finish === undefined ? undefined : [FINISH_NAMES[result.finish] ?? result.finish],
  'gen_ai.usage.input_tokens': result.inputTokens,
  'gen_ai.usage.output_tokens': result.outputTokens,
  'gen_ai.usage.cache_read.input_tokens': result.cachedInputTokens,
  'role_accel.time_to_first_token_ms': result.firstTokenMs,
  'role_accel.cost_micro_usd': result.costMicroUsd,
  'gen_ai.output.messages': withText && result.text !== undefined ? JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: result.text }] }]) : undefined,
});

const promptAttributes = (prompt: LaneCallFacts['prompt']): Record<string, string | string[] | undefined> => ({
  'role_accel.prompt.id': prompt?.id, 'role_accel.prompt.version': prompt?.version, 'role_accel.prompt.hash': prompt?.hash,
  'role_accel.prompt.with': prompt?.with?.map(({ id, version, hash }) => `${id}@${version}:${hash}`),
});

/** What is not known is left out rather than written as nothing. */
function known(values: Record<string, Attributes[string] | null>): Attributes {
  const attributes: Attributes = {};
  for (const key in values) { const value = values[key]; if (value !== undefined && value !== null) attributes[key] = value; }
  return attributes;
}
