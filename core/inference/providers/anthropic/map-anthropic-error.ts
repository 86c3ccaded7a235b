import type { InferenceError } from '../../inference-error.ts';
import type { GuardedFetch } from '../over-http/guard-fetch.ts';
import { mapHttpError, type FaultsByType } from '../over-http/map-http-error.ts';

/** Types that say more than the status they come with. An unpaid account is no matter of waiting. */
const FAULTS: FaultsByType = { billing_error: 'forbidden', overloaded_error: 'overloaded', request_too_large: 'context-overflow' };

/** Names what went wrong in a call to Anthropic. */
export const mapAnthropicError = (error: unknown, guard: GuardedFetch, signal: AbortSignal): InferenceError => mapHttpError(error, guard, signal, FAULTS);
