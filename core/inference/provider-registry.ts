import type { ProviderKind } from '../contract/models.ts';
import type { ProviderDefinition } from './provider-definition.ts';
import { anthropicProvider } from './providers/anthropic/anthropic-provider.ts';
import { llamaProvider } from './providers/llama/llama-provider.ts';
import { openaiCompatibleProvider } from './providers/openai-compatible/openai-compatible-provider.ts';
import { openaiProvider } from './providers/openai/openai-provider.ts';

/** Every kind of provider. Settings, routing and health checks go through this table; nothing else names them. */
export const PROVIDERS: readonly ProviderDefinition[] = [
  openaiProvider,
  anthropicProvider,
  openaiCompatibleProvider,
  llamaProvider,
];

const byKind = new Map<ProviderKind, ProviderDefinition>(PROVIDERS.map((provider) => [provider.kind, provider]));

/** @throws Error for a kind that has no line in the table */
export function providerOfKind(kind: ProviderKind): ProviderDefinition {
  const found = byKind.get(kind);
  if (!found) throw new Error(`there is no provider of the kind ${kind}`);
  return found;
}
