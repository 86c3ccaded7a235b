import { create } from 'zustand';
import type { Download } from '../../../core/contract/models.ts';
import { useEngineStream } from '../../client/use-engine.ts';

/** Downloads as they move, a few times a second; null until the engine has told them the first time. */
export const useDownloads = create<{ downloads: readonly Download[] | null }>(() => ({ downloads: null }));

/** Keeps the store up to date while the component is there; once in the window is enough. */
export function useWatchDownloads(): void {
  useEngineStream<Download[]>('downloads', (engine, signal) => engine.models.watchDownloads(undefined, { signal }), (downloads) => useDownloads.setState({ downloads }));
}

/** The one download worth a line of its own: what moves before what waits, what waits before what stands still. */
export function downloadToShow(downloads: readonly Download[]): Download | undefined {
  const order: readonly Download['state'][] = ['running', 'checking', 'waiting', 'failed', 'paused'];
  return order.map((state) => downloads.find((download) => download.state === state)).find((download) => download !== undefined);
}

/** Whole percent on disk, rounded down so that 100 means whole; null while the size is not known. */
export function downloadPercent({ receivedBytes, totalBytes }: Pick<Download, 'receivedBytes' | 'totalBytes'>): number | null {
  return totalBytes ? Math.min(100, Math.floor((receivedBytes / totalBytes) * 100)) : null;
}
