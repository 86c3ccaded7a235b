import { z } from 'zod';
import { laneSchema, PROVIDER_KINDS, type ConfigProblem } from '../contract/models.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'small letters, digits and hyphens only');
const day = z.iso.date();

/** One connection to a provider. Keys are never here: they are in the keychain, in memory, or in the environment variable named. */
export const connectionSchema = z.strictObject({
  id,
  kind: z.enum(PROVIDER_KINDS),
  name: z.string().min(1).max(60),
  /** `http(s)://host[:port]/path`; null for a kind that has an address of its own, and for `llama`. */
  baseUrl: z.url({ protocol: /^https?$/ }).max(500).nullable().default(null),
  /** The model asked for; null until one is chosen. For `llama`: the id of an installed model, or an absolute path of a GGUF file. */
  model: z.string().max(1000).nullable().default(null),
  embeddingModel: z.string().max(1000).nullable().default(null),
  enabled: z.boolean().default(true),
  /** Whether the server asks for a key at all. */
  needsKey: z.boolean().default(true),
  keyEnv: z.string().max(100).nullable().default(null),
  /** `llama` only: tokens of context; null lets the app choose by memory and lane. */
  contextTokens: z.number().int().min(512).max(131_072).nullable().default(null),
  requestsPerMinute: z.number().int().min(1).nullable().default(null),
  concurrency: z.number().int().min(1).max(256).default(8),
});
export type Connection = z.infer<typeof connectionSchema>;

/** A connection that can be added by choosing it. */
export const presetSchema = z.strictObject({
  id, kind: z.enum(PROVIDER_KINDS), name: z.string(), about: z.string(), baseUrl: z.string().nullable().default(null), needsKey: z.boolean(), keyEnv: z.string().nullable().default(null), keyHint: z.string().default(''),
  suggestedModels: z.array(z.string()).default([]),
  /** Where and when the suggestions were read. */
  source: z.string().optional(), checked: day.optional(),
});
/** `providers.json`. Presets are the app's; a person's own file may leave them out. */
export const providersFileSchema = z.strictObject({ version: z.literal(1), about: z.string().optional(), providers: z.array(connectionSchema), presets: z.array(presetSchema).default([]) });
export type ProvidersFile = z.infer<typeof providersFileSchema>;

export const laneConfigSchema = z.strictObject({
  about: z.string(),
  /** Providers in the order they are tried. Enabled ones that are not named come after those named: away first, then here. The coach is always last. */
  order: z.array(id),
  /** A model other than the provider's own, by provider. */
  models: z.record(id, z.string()).default({}),
  priority: z.enum(['interactive', 'background']),
  concurrency: z.number().int().min(1).max(64),
  /** Prompt and answer together. */
  contextTokens: z.number().int().min(512),
  maxOutputTokens: z.number().int().min(16),
  /** From the call to its first token, between two tokens, and for the whole call. */
  firstTokenTimeoutMs: z.number().int().min(100),
  /** The same for a model on this machine, which reads a long prompt slowly but does not hang unnoticed; null is no difference. */
  localFirstTokenTimeoutMs: z.number().int().min(100).nullable().default(null),
  idleTimeoutMs: z.number().int().min(100), timeoutMs: z.number().int().min(100),
  /** Answers may come from the exact-match cache. Never for scoring. */
  cache: z.boolean(),
  /** Per calendar month; null is no limit. */
  tokenLimit: z.number().int().min(0).nullable(), costLimitMicroUsd: z.number().int().min(0).nullable(),
  experiment: z.strictObject({ name: id, arms: z.array(z.strictObject({ provider: id, model: z.string().nullable().default(null), weight: z.number().positive() })).min(2).max(2) }).nullable().default(null),
});
export type LaneConfig = z.infer<typeof laneConfigSchema>;
/** `lanes.json`. */
export const lanesFileSchema = z.strictObject({ version: z.literal(1), about: z.string().optional(), lanes: z.record(laneSchema, laneConfigSchema) });
export type LanesFile = z.infer<typeof lanesFileSchema>;

/** `prices.json`: micro-dollars per million tokens. A model that is not here has an unknown price, which is shown as unknown and never as free. */
export const pricesFileSchema = z.strictObject({
  version: z.literal(1), about: z.string().optional(),
  prices: z.array(z.strictObject({ provider: z.string(), model: z.string(), inputMicroUsd: z.number().min(0), cachedInputMicroUsd: z.number().min(0).nullable().default(null), outputMicroUsd: z.number().min(0), source: z.string().min(4), checked: day })),
});
export type PricesFile = z.infer<typeof pricesFileSchema>;

/** `catalogue.json`: models worth offering. Exact sizes and checksums are not here: the hub tells them when a download begins. */
export const catalogueFileSchema = z.strictObject({
  version: z.literal(1), about: z.string().optional(), hub: z.url(),
  models: z.array(z.strictObject({
    id, name: z.string(), about: z.string(), role: z.enum(['instruct', 'embedder']),
    /** Repository and file on the hub. */
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/), file: z.string().regex(/^[\w./-]+\.gguf$/), revision: z.string().default('main'),
    parametersB: z.number().positive(), quantisation: z.string(), contextTokens: z.number().int(), licence: z.string(), licenceUrl: z.url().nullable().default(null),
    /** Shown as "about" until the hub has told the real size. */
    aboutFileBytes: z.number().int(),
    /** For embedders: what their makers put before a query and before a passage, blanks included. */
    prefixes: z.strictObject({ query: z.string(), passage: z.string() }).optional(),
    /** For the estimate before the file is here: layers and key-value heads times head size. */
    layers: z.number().int(), keyValueWidth: z.number().int(), checked: day,
  })),
});
export type CatalogueFile = z.infer<typeof catalogueFileSchema>;
export type CatalogueModel = CatalogueFile['models'][number];

/**
 * The four files as they are in force. Each is read from the person's data folder when it is there, else from what came with the app;
 * a broken one leaves its last good version in force and shows up in `problems`.
 */
export interface ModelsConfig {
  providers(): ProvidersFile;
  lanes(): LanesFile;
  prices(): PricesFile;
  catalogue(): CatalogueFile;
  problems(): ConfigProblem[];
  /** Writes the person's own file, whole or not at all. @throws EngineError CONFIG_UNWRITABLE */
  saveConnections(connections: Connection[]): void;
  /** @throws EngineError CONFIG_UNWRITABLE */
  saveLanes(lanes: LanesFile['lanes']): void;
  /** Reads the files again now, for who has just changed or removed them. */
  reload(): void;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
