import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { instantSchema } from './vocabulary.ts';

/** Compute profiles. A lane says how a call is served, not which feature makes it. */
export const LANES = ['interactive-deep', 'interactive-light', 'background', 'embedding'] as const;
export const laneSchema = z.enum(LANES);
export type Lane = z.infer<typeof laneSchema>;

export const PROVIDER_KINDS = ['openai', 'anthropic', 'openai-compatible', 'llama'] as const;
export const providerKindSchema = z.enum(PROVIDER_KINDS);
export type ProviderKind = z.infer<typeof providerKindSchema>;

/** Where a provider computes: in this machine, or anywhere else. */
export const placeSchema = z.enum(['here', 'away']);

/** A file of ours that could not be used as it is now; its last good version stays in use. */
export const configProblemSchema = z.object({ file: z.string(), line: z.number(), reason: z.string(), lastGoodInUse: z.boolean() });
export type ConfigProblem = z.infer<typeof configProblemSchema>;

// ---- network

/** `lockedAttempts` counts what the lock refused since the app started. */
export const networkSchema = z.object({
  offlineLock: z.boolean(),
  /** Since the app started, loopback not counted. */
  connections: z.number(), sentBytes: z.number(), receivedBytes: z.number(), lockedAttempts: z.number(),
});
export type NetworkState = z.infer<typeof networkSchema>;

export const LEDGER_OUTCOMES = ['answered', 'failed', 'cancelled', 'refused-by-lock'] as const;
export const ledgerEntrySchema = z.object({
  id: z.number(), at: instantSchema, host: z.string(), loopback: z.boolean(),
  /** Why the app opened it, in a few words: "interactive-deep", "test connection", "model download". */
  reason: z.string(),
  method: z.string(), status: z.number().nullable(), sentBytes: z.number(), receivedBytes: z.number(), durationMs: z.number(), outcome: z.enum(LEDGER_OUTCOMES),
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

// ---- providers

/** Where a key is. `keychain` survives a restart, `session` does not, `environment` came with the process. */
export const keyPlaceSchema = z.enum(['none', 'not-needed', 'keychain', 'session', 'environment']);

export const breakerSchema = z.object({
  state: z.enum(['closed', 'open', 'half-open']),
  /** When the next try is due, while open. */
  retryAt: instantSchema.nullable(),
  failures: z.number(), calls: z.number(),
  lastError: z.object({ code: z.string(), says: z.string(), at: instantSchema }).nullable(),
});
export type BreakerView = z.infer<typeof breakerSchema>;

export const providerViewSchema = z.object({
  providerId: z.string(), kind: providerKindSchema, name: z.string(), place: placeSchema,
  baseUrl: z.string().nullable(), model: z.string().nullable(), embeddingModel: z.string().nullable(), enabled: z.boolean(),
  key: keyPlaceSchema, keyEnv: z.string().nullable(),
  /** Ready, or why not. */
  state: z.enum(['ready', 'no-key', 'no-model', 'disabled', 'locked', 'breaker-open', 'over-budget', 'loading', 'failed']),
  says: z.string(),
  breaker: breakerSchema,
  lastTest: z.object({ at: instantSchema, ok: z.boolean(), latencyMs: z.number().nullable(), models: z.array(z.string()), says: z.string() }).nullable(),
});
export type ProviderView = z.infer<typeof providerViewSchema>;

/** A kind or a preset that can be added. */
export const providerPresetSchema = z.object({
  presetId: z.string(), kind: providerKindSchema, name: z.string(), about: z.string(), baseUrl: z.string().nullable(), needsKey: z.boolean(), keyHint: z.string(), suggestedModels: z.array(z.string()),
});
export type ProviderPreset = z.infer<typeof providerPresetSchema>;

/** Where keys can be kept on this machine. `encrypted` false: only session keys are offered, `says` tells why. */
export const keyStoreSchema = z.object({ encrypted: z.boolean(), name: z.string(), says: z.string() });

export const providerChangeSchema = z.object({
  name: z.string().min(1).max(60), baseUrl: z.string().max(500).nullable(), model: z.string().max(200).nullable(), embeddingModel: z.string().max(200).nullable(), enabled: z.boolean(),
}).partial();

// ---- local models

export const DOWNLOAD_STATES = ['waiting', 'running', 'paused', 'checking', 'failed', 'done'] as const;
export const downloadSchema = z.object({
  modelId: z.string(), name: z.string(), state: z.enum(DOWNLOAD_STATES),
  /** On disk and checked, of the whole; null until the hub has told. */
  receivedBytes: z.number(), totalBytes: z.number().nullable(), bytesPerSecond: z.number().nullable(), secondsLeft: z.number().nullable(),
  from: z.string(),
  /** Why it stands still or failed, and since when. */
  problem: z.object({ code: z.string(), happened: z.string(), kept: z.string(), todo: z.string(), at: instantSchema }).nullable(),
});
export type Download = z.infer<typeof downloadSchema>;

export const fitSchema = z.object({
  verdict: z.enum(['fits-well', 'fits', 'does-not-fit', 'unknown']),
  /** With the context the lanes ask for. */
  needsBytes: z.number().nullable(), availableBytes: z.number(), contextTokens: z.number(),
  /** A smaller context with which it would fit. */
  smallerContext: z.object({ tokens: z.number(), needsBytes: z.number() }).nullable(),
  says: z.string(),
});

export const localModelSchema = z.object({
  modelId: z.string(), name: z.string(), about: z.string(), role: z.enum(['instruct', 'embedder']),
  /** `catalogue`: can be downloaded; `installed`: whole, checked and usable; `imported`: the person's own file. */
  origin: z.enum(['catalogue', 'imported']), installed: z.boolean(),
  parametersB: z.number().nullable(), quantisation: z.string().nullable(), licence: z.string().nullable(), licenceUrl: z.string().nullable(), contextTokens: z.number().nullable(),
  sourceUrl: z.string().nullable(),
  /** Real when installed or told by the hub, otherwise about. */
  fileBytes: z.number().nullable(), fileBytesAbout: z.boolean(), sha256: z.string().nullable(),
  fit: fitSchema, recommended: z.boolean(), inUse: z.boolean(),
  load: z.enum(['not-loaded', 'loading', 'loaded', 'failed', 'held-back']),
  /** `held-back`: it crashed twice while loading and waits to be asked. */
  loadSays: z.string().nullable(),
  tokensPerSecond: z.number().nullable(),
  download: downloadSchema.nullable(),
});
export type LocalModel = z.infer<typeof localModelSchema>;

export const machineSchema = z.object({
  memoryBytes: z.number(), usedByOthersBytes: z.number(), forModelsBytes: z.number(), loadedModelBytes: z.number(), loadedContextBytes: z.number(),
  cores: z.number(), accelerator: z.string(), diskFreeBytes: z.number(), modelsOnDiskBytes: z.number(), folder: z.string(),
});
export type Machine = z.infer<typeof machineSchema>;

export const localModelsSchema = z.object({ machine: machineSchema, models: z.array(localModelSchema), mirror: z.string().nullable(), problems: z.array(configProblemSchema) });
export type LocalModels = z.infer<typeof localModelsSchema>;

export const loadTestSchema = z.object({ tokensPerSecond: z.number(), firstTokenMs: z.number(), loadMs: z.number(), tokens: z.number() });

// ---- routing

export const routeSchema = z.object({
  providerId: z.string(), name: z.string(), kind: z.union([providerKindSchema, z.literal('coach')]), place: placeSchema, model: z.string().nullable(),
  state: providerViewSchema.shape.state, says: z.string(), breaker: breakerSchema.nullable(),
  /** The one that would answer now. */
  answersNow: z.boolean(),
});
export const switchSchema = z.object({
  at: instantSchema, lane: laneSchema, from: z.string(), to: z.string(), code: z.string(),
  /** The whole of it in a sentence for the person. */
  says: z.string(),
});
export type Switch = z.infer<typeof switchSchema>;

export const laneBudgetSchema = z.object({
  month: z.string(), tokens: z.number(), tokenLimit: z.number().nullable(),
  /** Micro-dollars. `unknownCalls`: calls whose price is not known. */
  costMicroUsd: z.number(), costLimitMicroUsd: z.number().nullable(), unknownCalls: z.number(), alert: z.union([z.literal(80), z.literal(90), z.literal(95), z.literal(100)]).nullable(),
});
export const laneViewSchema = z.object({
  lane: laneSchema, about: z.string(), routes: z.array(routeSchema), budget: laneBudgetSchema, lastSwitch: switchSchema.nullable(),
  experiment: z.object({ name: z.string(), arms: z.array(z.object({ providerId: z.string(), model: z.string().nullable(), weight: z.number() })) }).nullable(),
});
export type LaneView = z.infer<typeof laneViewSchema>;
export const routingSchema = z.object({ lanes: z.array(laneViewSchema), problems: z.array(configProblemSchema) });
export type Routing = z.infer<typeof routingSchema>;

const providerId = z.object({ providerId: z.string() });
const modelId = z.object({ modelId: z.string() });

/** Language models: who may be connected, which run here, who serves what, and what left the machine. */
export const modelsContract = {
  network: procedure.output(networkSchema),
  setOfflineLock: procedure.input(z.object({ on: z.boolean() })).output(networkSchema),
  ledger: procedure.input(z.object({ before: z.number().optional(), limit: z.number().int().min(1).max(200).default(50) })).output(z.object({ entries: z.array(ledgerEntrySchema), total: z.number() })),

  providers: procedure.output(z.object({ providers: z.array(providerViewSchema), presets: z.array(providerPresetSchema), keyStore: keyStoreSchema, problems: z.array(configProblemSchema) })),
  addProvider: procedure.input(z.object({ presetId: z.string(), name: z.string().min(1).max(60).optional(), baseUrl: z.string().max(500).optional(), model: z.string().max(200).optional() })).output(providerViewSchema),
  updateProvider: procedure.input(providerId.extend({ change: providerChangeSchema })).output(providerViewSchema),
  /** Removes the connection and its key. */
  removeProvider: procedure.input(providerId).output(z.object({})),
  /** The key goes to the keychain or stays in memory; no call ever answers with it. */
  setKey: procedure.input(providerId.extend({ key: z.string().min(1).max(500), keep: z.enum(['keychain', 'session']) })).output(providerViewSchema),
  forgetKey: procedure.input(providerId).output(providerViewSchema),
  /** Asks the provider for its models and, if one is chosen, for one short answer. Never throws for a provider's fault: that is the result. */
  testProvider: procedure.input(providerId).output(z.object({ provider: providerViewSchema, ok: z.boolean(), latencyMs: z.number().nullable(), models: z.array(z.string()), says: z.string() })),

  local: procedure.output(localModelsSchema),
  /** Starts or resumes. */
  download: procedure.input(modelId).output(downloadSchema),
  pauseDownload: procedure.input(modelId).output(downloadSchema),
  cancelDownload: procedure.input(modelId).output(z.object({})),
  /** The downloads now and whenever they moved, at most a few times a second. */
  watchDownloads: procedure.output(eventIterator(z.array(downloadSchema))),
  setMirror: procedure.input(z.object({ url: z.string().max(500).nullable() })).output(z.object({})),
  /** A GGUF file in slices, in order; `importFinish` checks it and makes it usable. Starting again with the same name and size resumes. */
  importStart: procedure.input(z.object({ name: z.string().min(1).max(200), bytes: z.number().int().positive() })).output(z.object({ importId: z.string(), receivedBytes: z.number() })),
  importChunk: procedure.input(z.object({ importId: z.string(), offset: z.number().int().min(0), chunk: z.instanceof(File) })).output(z.object({ receivedBytes: z.number() })),
  importFinish: procedure.input(z.object({ importId: z.string() })).output(localModelSchema),
  importCancel: procedure.input(z.object({ importId: z.string() })).output(z.object({})),
  /** Uses a GGUF file where it lies, without copying it. */
  addFile: procedure.input(z.object({ path: z.string().min(1).max(4096) })).output(localModelSchema),
  /** Makes a model the one that answers here, with the context it is to have. Loads it; refuses with the numbers when it does not fit. */
  useModel: procedure.input(modelId.extend({ contextTokens: z.number().int().min(512).max(131_072).optional() })).output(localModelSchema),
  stopModel: procedure.input(modelId).output(localModelSchema),
  loadTest: procedure.input(modelId).output(loadTestSchema),
  deleteModel: procedure.input(modelId).output(z.object({ freedBytes: z.number() })),

  routing: procedure.output(routingSchema),
  /** The whole order of a lane, first tried first. The coach always stays last and is not named. */
  setOrder: procedure.input(z.object({ lane: laneSchema, providerIds: z.array(z.string()).max(50) })).output(laneViewSchema),
  setBudget: procedure.input(z.object({ lane: laneSchema, tokenLimit: z.number().int().min(0).nullable(), costLimitMicroUsd: z.number().int().min(0).nullable() })).output(laneViewSchema),
  /** Lets a provider whose breaker is open be tried at the next call. */
  resetBreaker: procedure.input(providerId).output(routingSchema),
};
