import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LaneView } from '../../../../core/contract/models.ts';
import { queryClient, queryKeys, useEngineCommand } from '../../../client/index.ts';
import { EngineErrorNotice, VisuallyHidden } from '../../../ui/index.ts';
import { dropIndex, moveItem } from './reorder.ts';
import { CoachRow, RouteRow, type RowDrag } from './route-row.tsx';
import styles from './route-list.module.css';

/** The order of a lane, changed by dragging, by the arrows or by Alt with an arrow key; the coach is last and stays there. */
export function RouteList({ view, name }: { view: LaneView; name: string }) {
  const { t } = useTranslation('models');
  const { lane, routes } = view;
  const list = useRef<HTMLOListElement>(null);
  const [spoken, setSpoken] = useState('');
  const [drag, setDrag] = useState<RowDrag | null>(null);
  const save = useEngineCommand((engine, providerIds: string[]) => engine.models.setOrder({ lane, providerIds }), {
    onDone: () => { for (const queryKey of [queryKeys.routing, queryKeys.status]) void queryClient.invalidateQueries({ queryKey }); },
  });
  const known = routes.filter(({ kind }) => kind !== 'coach');
  const coach = routes.find(({ kind }) => kind === 'coach');
  // Shown as asked for until the engine's own order has arrived; a refused one goes back.
  const [wanted, setWanted] = useState<{ ids: readonly string[]; over: LaneView['routes'] } | null>(null);
  const asked = wanted !== null && !save.isError && (save.isPending || wanted.over === routes) ? wanted.ids : null;
  const ordered = asked ? known.toSorted((a, b) => asked.indexOf(a.providerId) - asked.indexOf(b.providerId)) : known;
  const ids = ordered.map(({ providerId }) => providerId);

  const move = (from: number, to: number): void => {
    const moved = ordered[from];
    const next = moveItem(ids, from, to);
    if (!moved || next.every((id, index) => id === ids[index])) return;
    setWanted({ ids: next, over: routes });
    save.mutate(next);
    setSpoken(t('routing.moved', { name: moved.name, place: next.indexOf(moved.providerId) + 1, count: next.length + 1, lane: name }));
  };
  const heights = (): number[] => [...(list.current?.querySelectorAll<HTMLElement>('[data-route]') ?? [])].map((row) => row.offsetHeight);
  const target = drag ? dropIndex(drag.heights, drag.from, drag.byPx) : null;

  return (
    <>
      <ol className={styles['list']} ref={list} aria-label={t('routing.order', { lane: name })}>
        {ordered.map((route, index) => (
          <RouteRow key={route.providerId} route={route} place={index} last={index === ordered.length - 1} shiftPx={shiftOf(index, drag, target)} dragged={drag?.from === index}
            onMove={(to) => move(index, to)}
            onDrag={(byPx) => setDrag((now) => ({ from: index, byPx, heights: now?.heights ?? heights() }))}
            onDrop={() => { setDrag(null); if (target !== null) move(index, target); }}
            onCancel={() => setDrag(null)} />
        ))}
        <CoachRow answersNow={coach?.answersNow ?? ordered.every(({ answersNow }) => !answersNow)} name={coach?.name} place={ordered.length} />
      </ol>
      <VisuallyHidden live>{spoken}</VisuallyHidden>
      {save.error && <EngineErrorNotice error={save.error} actions={{ retry: () => { if (save.variables) save.mutate(save.variables); } }} onDismiss={save.reset} />}
    </>
  );
}

/** How far a row is drawn from its place: the dragged one follows the pointer, those it passes make room. */
function shiftOf(index: number, drag: RowDrag | null, target: number | null): number {
  if (!drag || target === null) return 0;
  if (index === drag.from) return drag.byPx;
  const height = drag.heights[drag.from] ?? 0;
  if (index > drag.from && index <= target) return -height;
  if (index < drag.from && index >= target) return height;
  return 0;
}
