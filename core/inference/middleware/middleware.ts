import { InferenceError } from '../inference-error.ts';
import { collectStream, type CallOptions, type LanguageModel, type ModelAnswer, type ModelRequest, type StreamPart } from '../language-model.ts';
import { parseOutput } from './structured-output.ts';

/** Puts something around a model; what comes out is a model again. */
export type Middleware = (model: LanguageModel) => LanguageModel;

/** What the layers of one attempt find out for its caller. */
export interface CallNotes {
  /** The answer came from the cache; nobody was asked. */
  cached: boolean;
  /** The answer's JSON after its schema, when one was asked for. */
  output?: unknown;
  /** Micro-dollars; null when the price or the usage is not known. */
  costMicroUsd: number | null;
  /** From the start of the attempt; undefined when no text came. */
  firstTokenMs?: number;
}

export const newNotes = (): CallNotes => ({ cached: false, costMicroUsd: null });

/** The same model with another stream; its `generate` is that stream put together, so that every layer is written once. */
export function withStream(model: LanguageModel, stream: (request: ModelRequest, options: CallOptions) => AsyncIterable<StreamPart>): LanguageModel {
  return {
    providerId: model.providerId, modelName: model.modelName, capabilities: model.capabilities, stream,
    async generate(request, options): Promise<ModelAnswer> {
      const answer = await collectStream(stream(request, options));
      return request.output ? { ...answer, output: parseOutput(answer.text, request.output.schema) } : answer;
    },
  };
}

/** Whatever was thrown, as a fault with a name. What nobody foresaw counts as an answer that could not be read. */
export function inferenceErrorFrom(error: unknown, signal: AbortSignal): InferenceError {
  if (error instanceof InferenceError) return error;
  return new InferenceError(signal.aborted ? 'aborted' : 'malformed', { cause: error });
}
