import type { InferenceError } from '../../inference-error.ts';
import type { GuardedFetch } from '../over-http/guard-fetch.ts';
import { mapHttpError, type FaultsByType } from '../over-http/map-http-error.ts';

/** Codes of OpenAI, Azure, llama-server and vLLM. A used-up account is no matter of waiting, whatever its status says. */
const FAULTS: FaultsByType = {
  context_length_exceeded: 'context-overflow', exceed_context_size_error: 'context-overflow', string_above_max_length: 'context-overflow',
  insufficient_quota: 'forbidden', billing_hard_limit_reached: 'forbidden', billing_not_active: 'forbidden', account_deactivated: 'forbidden',
  content_filter: 'filtered', content_policy_violation: 'filtered',
  invalid_api_key: 'unauthorised', model_not_found: 'not-found',
};

/** Names what went wrong in a call of the Chat Completions family. */
export const mapChatError = (error: unknown, guard: GuardedFetch, signal: AbortSignal): InferenceError => mapHttpError(error, guard, signal, FAULTS);
