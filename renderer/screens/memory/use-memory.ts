import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo, useState, useSyncExternalStore } from 'react';
import type { MemoryHit, MemoryItem, MemoryKind, MemoryStatus } from '../../../core/contract/memory.ts';
import { engine, queryClient, queryKeys, useEngineCommand, useEngineQuery } from '../../client/index.ts';

const PAGE = 100;
/** The most hits shown; further ones say that another word is needed, not that one should scroll. */
export const HIT_LIMIT = 40;
const SEARCH_PAUSE_MS = 200;
/** From this width on an item opens beside the list, as in memory-settings.module.css. */
const WIDE = '(min-width: 1180px)';

export const useMemoryStatus = () => useEngineQuery(queryKeys.memoryStatus, (it, signal) => it.memory.status(undefined, { signal }), { staleMs: 0 });

/** Everything of a kind, page after page. */
export function useMemoryList(kind: MemoryKind | null, enabled: boolean) {
  const input = { ...(kind ? { kind } : {}), limit: PAGE };
  const list = useInfiniteQuery({
    queryKey: queryKeys.memoryList(input),
    queryFn: ({ pageParam, signal }) => engine.memory.list({ ...input, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled,
  });
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  return { list, items, total: list.data?.pages[0]?.total ?? 0 };
}

/** Hits for what was typed, once typing pauses. The answer to an earlier query is shown until the newer one's is there, never after. */
export function useMemorySearch(query: string, kind: MemoryKind | null) {
  const input = { text: query, limit: HIT_LIMIT, ...(kind ? { kinds: [kind] } : {}) };
  return useEngineQuery(queryKeys.memorySearch(input), (it, signal) => it.memory.search(input, { signal }), { enabled: query !== '', keepPrevious: true, staleMs: 0 });
}

/** What is typed, a moment after the last letter. */
export function usePaused(typed: string, onPause: (text: string) => void): void {
  const pause = useEffectEvent(onPause);
  useEffect(() => {
    const timer = setTimeout(() => pause(typed.trim()), SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
}

/** One item; what a list knows of it is shown until it is read. */
export function useMemoryItem(itemId: string) {
  return useQuery({
    queryKey: queryKeys.memoryItem(itemId),
    queryFn: ({ signal }) => engine.memory.item({ itemId }, { signal }),
    placeholderData: () => knownItem(itemId),
    staleTime: 0,
  });
}

function knownItem(itemId: string): MemoryItem | undefined {
  const lists = queryClient.getQueriesData<{ pages: readonly { items: readonly MemoryItem[] }[] }>({ queryKey: queryKeys.memoryListAll });
  for (const [, list] of lists) for (const page of list?.pages ?? []) for (const item of page.items) if (item.itemId === itemId) return item;
  return undefined;
}

/** Pins or unpins; shown at once where the item stands, moved when the list is read again. */
export function usePin() {
  return useEngineCommand((it, input: { itemId: string; pinned: boolean }) => it.memory.pin(input), {
    outdates: [queryKeys.memoryListAll, ['memory', 'search']],
    onDone: (item) => { queryClient.setQueryData(queryKeys.memoryItem(item.itemId), item); },
  });
}

/** Names the embedder of a hit for the person. */
export function embedderName(status: MemoryStatus | undefined, embedder: string): string {
  return status?.embedders.find(({ embedderId, name }) => embedderId === embedder || name === embedder)?.name ?? embedder;
}

/** What a row needs of an item or of a hit, to pin, forget or open it. */
export type RowSubject = Pick<MemoryItem | MemoryHit, 'itemId' | 'kind' | 'title' | 'pinned'>;

/** True where there is room beside the list. */
export function useWide(): boolean {
  return useSyncExternalStore((changed) => {
    const query = matchMedia(WIDE);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, () => matchMedia(WIDE).matches);
}

/** A value that stays as it was first. */
export const useFirst = <T>(value: T): T => useState(value)[0];
