import type { LocalModel } from '../../contract/models.ts';

/** What a model takes in memory: a fixed part, and one that grows with the context. */
export interface MemoryNeed { fixedBytes: number; bytesPerToken: number }

type Fit = LocalModel['fit'];

const GIB = 1024 ** 3;
const SMALLER_CONTEXTS = [8192, 4096, 2048];
/** A model fits well when this share of the free memory is enough, so that other programs keep room. */
const COMFORTABLE = 0.75;
/** A rough allowance beside weights and context, until the file itself can be read: the process, and the buffers of a batch. */
const BUFFER_BYTES = { instruct: 200e6, embedder: 80e6 };
/** Keys and values are kept as 16-bit floats. */
const BYTES_PER_VALUE = 2;
/** A rule of thumb, not measured: with so few cores and no graphics card a larger model is likely slower than a person reads. */
const SLOW_CORES = 4;
const SLOW_CORES_MOST_PARAMETERS_B = 4;

/** What a model of the catalogue takes before its file is here: weights, buffers, and a key and a value per layer and token. */
export function estimateFromShape(model: { aboutFileBytes: number; layers: number; keyValueWidth: number; role: 'instruct' | 'embedder' }): MemoryNeed {
  return { fixedBytes: model.aboutFileBytes + BUFFER_BYTES[model.role], bytesPerToken: 2 * BYTES_PER_VALUE * model.layers * model.keyValueWidth };
}

/** The straight line through two estimates. */
export function needFromEstimates(small: { contextTokens: number; totalBytes: number }, large: { contextTokens: number; totalBytes: number }): MemoryNeed {
  const span = large.contextTokens - small.contextTokens;
  const bytesPerToken = span > 0 ? Math.max(0, (large.totalBytes - small.totalBytes) / span) : 0;
  return { bytesPerToken, fixedBytes: Math.max(0, small.totalBytes - bytesPerToken * small.contextTokens) };
}

export const bytesNeeded = (need: MemoryNeed, contextTokens: number): number => Math.round(need.fixedBytes + need.bytesPerToken * contextTokens);

/** Memory a model may take: what is free or would become free, less a reserve for the system. */
export function memoryForModels(machine: { totalBytes: number; availableBytes: number }, freedBytes: number): number {
  const reserve = Math.min(0.15 * machine.totalBytes, GIB);
  return Math.max(0, Math.round(machine.availableBytes + freedBytes - reserve));
}

/** Whether a model fits, in numbers and in a sentence. `exact`: the need was estimated from the file itself. */
export function judgeFit(need: MemoryNeed | null, contextTokens: number, availableBytes: number, exact: boolean): Fit {
  if (!need) return { verdict: 'unknown', needsBytes: null, availableBytes, contextTokens, smallerContext: null, says: 'How much memory it needs could not be worked out.' };
  const needsBytes = bytesNeeded(need, contextTokens);
  const needs = `${exact ? 'Needs' : 'Needs about'} ${gigabytes(needsBytes)} with a context of ${tokens(contextTokens)}; ${gigabytes(availableBytes)} can be used.`;
  if (needsBytes <= availableBytes) {
    const well = needsBytes <= COMFORTABLE * availableBytes;
    return { verdict: well ? 'fits-well' : 'fits', needsBytes, availableBytes, contextTokens, smallerContext: null, says: well ? needs : `${needs} That leaves little for other programs.` };
  }
  const smaller = SMALLER_CONTEXTS.find((tokensTried) => tokensTried < contextTokens && bytesNeeded(need, tokensTried) <= availableBytes);
  return {
    verdict: 'does-not-fit', needsBytes, availableBytes, contextTokens, smallerContext: smaller === undefined ? null : { tokens: smaller, needsBytes: bytesNeeded(need, smaller) },
    says: smaller === undefined ? `${needs} Choose a smaller model or close other programs.` : `${needs} With a context of ${tokens(smaller)} it would fit: ${gigabytes(bytesNeeded(need, smaller))}.`,
  };
}

/** The id to recommend: the largest instruct model that fits well (or at all), that the disk can hold, and that is not too slow for this machine. */
export function recommend(models: readonly Pick<LocalModel, 'modelId' | 'role' | 'origin' | 'parametersB' | 'fit' | 'installed' | 'fileBytes'>[], machine: { cores: number; hasGraphicsCard: boolean; diskFreeBytes: number }): string | undefined {
  const slow = machine.cores <= SLOW_CORES && !machine.hasGraphicsCard;
  const possible = models.filter((model) => model.role === 'instruct' && model.origin === 'catalogue' && (model.installed || (model.fileBytes ?? 0) < machine.diskFreeBytes)
    && (!slow || (model.parametersB ?? 0) <= SLOW_CORES_MOST_PARAMETERS_B));
  for (const verdict of ['fits-well', 'fits'] as const) {
    const best = possible.filter(({ fit }) => fit.verdict === verdict).toSorted((a, b) => (b.parametersB ?? 0) - (a.parametersB ?? 0))[0];
    if (best) return best.modelId;
  }
  return undefined;
}

/** As systems count memory: 1 GB is 2³⁰ bytes. */
const gigabytes = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GB`;
const tokens = (count: number): string => `${count.toLocaleString('en-GB')} tokens`;
