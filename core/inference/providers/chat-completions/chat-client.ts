import type { OpenAI } from 'openai';
import type { CallOptions } from '../../language-model.ts';
import type { Connection } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { baseUrlFor, keyFor, NO_SDK_TIMEOUT_MS } from '../over-http/connection-address.ts';
import { guardFetch, type GuardedFetch } from '../over-http/guard-fetch.ts';

/** One call's guard and the client that goes through it. */
export interface ChatCall { guard: GuardedFetch; client: () => Promise<OpenAI> }

/**
 * Prepares one call: the key is read now, the SDK loaded when the client is asked for. Nothing is taken from the SDK's environment
 * variables, since a base URL, organisation or header meant for another program would send words elsewhere.
 */
export function chatCall(connection: Connection, tools: ProviderTools, ownAddress: string | null, options: CallOptions, expects: 'events' | 'json'): ChatCall {
  const guard = guardFetch(tools.fetchFor(options.reason), expects, options.signal);
  return {
    guard,
    client: async () => {
      const baseURL = baseUrlFor(connection, ownAddress);
      const key = keyFor(connection, tools);
      const { OpenAI } = await import('openai');
      return new OpenAI({
        apiKey: key ?? 'none', baseURL, fetch: guard.fetch, maxRetries: 0, timeout: NO_SDK_TIMEOUT_MS, logLevel: 'off',
        adminAPIKey: null, organization: null, project: null, webhookSecret: null, ...(key === undefined && { defaultHeaders: { Authorization: null } }),
      });
    },
  };
}
