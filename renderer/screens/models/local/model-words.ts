import type { Download, LocalModel } from '../../../../core/contract/models.ts';

/** What can be done with a model now, most wanted first; the first is the row's button, the rest are in its menu. The two `-smaller` ones stand beside their explanation. */
export type ModelAction = 'get' | 'get-smaller' | 'pause' | 'resume' | 'cancel' | 'use' | 'use-smaller' | 'stop' | 'speed' | 'delete';

/** The actions that make sense for a model in its state. A half file offers nothing but its download. */
export function modelActions(model: LocalModel, download: Download | null): ModelAction[] {
  if (download && download.state !== 'done') {
    if (download.state === 'checking') return ['cancel'];
    return download.state === 'paused' || download.state === 'failed' ? ['resume', 'cancel'] : ['pause', 'cancel'];
  }
  const tooLarge = model.fit.verdict === 'does-not-fit';
  if (!model.installed) return !tooLarge ? ['get'] : model.fit.smallerContext ? ['get-smaller'] : [];
  if (model.load === 'loading') return ['stop'];
  if (model.inUse) return ['stop', 'speed', 'delete'];
  return [...(tooLarge ? (model.fit.smallerContext ? ['use-smaller' as const] : []) : ['use' as const, 'speed' as const]), 'delete'];
}

/** By how many bytes a model misses what can be used here; null when it fits or nobody knows. */
export function shortBytes({ fit }: Pick<LocalModel, 'fit'>): number | null {
  return fit.verdict === 'does-not-fit' && fit.needsBytes !== null ? Math.max(0, fit.needsBytes - fit.availableBytes) : null;
}

/** "1a2b3c4d…9f8e": enough of a checksum to compare by eye. */
export function shortChecksum(sha256: string): string {
  return sha256.length > 16 ? `${sha256.slice(0, 8)}…${sha256.slice(-4)}` : sha256;
}
