import type { Anthropic } from '@anthropic-ai/sdk';
import type { CallOptions } from '../../language-model.ts';
import type { Connection } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { baseUrlFor, keyFor, NO_SDK_TIMEOUT_MS } from '../over-http/connection-address.ts';
import { guardFetch, type GuardedFetch } from '../over-http/guard-fetch.ts';

/** Where Anthropic is, unless the connection says otherwise. The SDK adds the version of the interface to it. */
export const ANTHROPIC_ADDRESS = 'https://api.anthropic.com';

export interface AnthropicCall { guard: GuardedFetch; client: () => Promise<Anthropic> }

/**
 * Prepares one call: the key is read now, the SDK loaded when the client is asked for. Its own tracing, logging (which would print
 * what it cannot parse) and environment variables are off.
 */
export function anthropicCall(connection: Connection, tools: ProviderTools, options: CallOptions, expects: 'events' | 'json'): AnthropicCall {
  const guard = guardFetch(tools.fetchFor(options.reason), expects, options.signal);
  return {
    guard,
    client: async () => {
      const baseURL = baseUrlFor(connection, ANTHROPIC_ADDRESS);
      const key = keyFor(connection, tools);
      const { Anthropic } = await import('@anthropic-ai/sdk');
      return new Anthropic({
        apiKey: key ?? 'none', baseURL, fetch: guard.fetch, maxRetries: 0, timeout: NO_SDK_TIMEOUT_MS, logLevel: 'off',
        openTelemetry: false, webhookKey: null, ...(key === undefined && { defaultHeaders: { Authorization: null } }),
      });
    },
  };
}
