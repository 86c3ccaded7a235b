import { ArrowDown, ArrowUp, BookOpen, Cloud, GripVertical, Laptop } from 'lucide-react';
import { useLayoutEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { LaneView } from '../../../../core/contract/models.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Badge, Button, clockTime, EngineErrorNotice, Icon, IconButton } from '../../../ui/index.ts';
import { STATE_LOOKS } from '../provider-state.ts';
import styles from './route-list.module.css';

type Route = LaneView['routes'][number];
/** States whose badge does not say all of it; what a missing key or model needs is told under Providers. */
const TELLING: ReadonlySet<Route['state']> = new Set(['loading', 'failed', 'over-budget', 'breaker-open']);

/** A row being dragged: where it began, how far it is, and how tall all rows are, in px. */
export interface RowDrag { from: number; byPx: number; heights: readonly number[] }

/** One provider of a lane at its place, with its state, its breaker and the ways to move it. */
export function RouteRow({ route, place, last, shiftPx, dragged, onMove, onDrag, onDrop, onCancel }: {
  route: Route; place: number; last: boolean; shiftPx: number; dragged: boolean;
  onMove: (to: number) => void; onDrag: (byPx: number) => void; onDrop: () => void; onCancel: () => void;
}) {
  const { t } = useTranslation('models');
  const { name, providerId, breaker, state } = route;
  const row = useRef<HTMLLIElement>(null);
  const refocus = useRef<'up' | 'down' | 'grip' | null>(null);
  const startY = useRef<number | null>(null);
  const reset = useEngineCommand((engine) => engine.models.resetBreaker({ providerId }), { outdates: [queryKeys.routing, queryKeys.providers, queryKeys.status] });
  // A row that changes place is taken out of the page for a moment and loses focus; it gets it back.
  useLayoutEffect(() => {
    if (!refocus.current) return;
    const wanted = row.current?.querySelector<HTMLButtonElement>(`[data-move="${refocus.current}"]:not(:disabled)`) ?? row.current?.querySelector<HTMLButtonElement>('[data-move]:not(:disabled)');
    refocus.current = null;
    wanted?.focus();
  }, [place]);
  const moveBy = (by: -1 | 1, control: 'up' | 'down' | 'grip'): void => {
    if ((by < 0 && place === 0) || (by > 0 && last)) return;
    refocus.current = control;
    onMove(place + by);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && startY.current !== null) { startY.current = null; onCancel(); return; }
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const focused = (event.target as HTMLElement).dataset['move'];
    moveBy(event.key === 'ArrowUp' ? -1 : 1, focused === 'up' || focused === 'down' ? focused : 'grip');
  };
  const grip = {
    onPointerDown: (event: PointerEvent<HTMLButtonElement>): void => { if (event.button !== 0) return; event.currentTarget.setPointerCapture(event.pointerId); startY.current = event.clientY; onDrag(0); },
    onPointerMove: (event: PointerEvent): void => { if (startY.current !== null) onDrag(event.clientY - startY.current); },
    onPointerUp: (): void => { if (startY.current === null) return; startY.current = null; onDrop(); },
    onPointerCancel: (): void => { startY.current = null; onCancel(); },
  };
  const { tone, icon } = STATE_LOOKS[state];
  const failing = breaker !== null && (breaker.state !== 'closed' || breaker.failures > 0);
  return (
    <li ref={row} className={styles['row']} data-route={providerId} data-dragged={dragged || undefined} style={shiftPx === 0 ? undefined : { transform: `translateY(${shiftPx}px)` }} onKeyDown={keys}>
      <button type="button" className={styles['grip']} data-move="grip" aria-label={t('routing.drag', { name })} title={t('routing.keys')} aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown" {...grip}><Icon of={GripVertical} /></button>
      <span className={styles['place']} aria-hidden="true">{place + 1}</span>
      <div className={styles['words']}>
        <p className={styles['name']}><b>{name}</b> <span>{route.model ?? t('routing.noModel')}</span><span className={styles['where']} data-place={route.place}><Icon of={route.place === 'here' ? Laptop : Cloud} size={12} />{t(`routing.place.${route.place}`)}</span></p>
        {TELLING.has(state) && breaker?.state !== 'open' && <p className={styles['says']}>{route.says}</p>}
        {failing && <Breaker breaker={breaker} />}
        {reset.error && <EngineErrorNotice error={reset.error} />}
      </div>
      {route.answersNow && <Badge tone="accent">{t('routing.answersNow')}</Badge>}
      <Badge tone={tone} icon={icon}>{t(`providers.state.${state}`)}</Badge>
      {breaker !== null && breaker.state !== 'closed' && <Button size="small" busy={reset.isPending} aria-label={t('routing.tryAgainName', { name })} onClick={() => reset.mutate(undefined)}>{t('routing.tryAgain')}</Button>}
      <span className={styles['arrows']}>
        <IconButton label={t('routing.up', { name })} icon={ArrowUp} size="small" disabled={place === 0} data-move="up" onClick={() => moveBy(-1, 'up')} />
        <IconButton label={t('routing.down', { name })} icon={ArrowDown} size="small" disabled={last} data-move="down" onClick={() => moveBy(1, 'down')} />
      </span>
    </li>
  );
}

function Breaker({ breaker }: { breaker: NonNullable<Route['breaker']> }) {
  const { t } = useTranslation('models');
  const { state, failures, calls, retryAt, lastError } = breaker;
  const words = state === 'open' ? (retryAt ? t('routing.breaker.open', { time: clockSeconds(retryAt), failures }) : t('routing.breaker.openNoTime', { failures }))
    : state === 'half-open' ? t('routing.breaker.half-open') : t('routing.breaker.closed', { failures, count: calls });
  return <p className={styles['says']}>{words}. {lastError && t('routing.lastError', { time: clockTime(lastError.at), says: lastError.says })}</p>;
}

const clockSeconds = (instant: string): string => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(instant));

/** The coach: fixed at the end of every lane. */
export function CoachRow({ answersNow, name, place }: { answersNow: boolean; name: string | undefined; place: number }) {
  const { t } = useTranslation('models');
  return (
    <li className={styles['row']} data-fixed="">
      <span className={styles['grip']}><Icon of={BookOpen} /></span>
      <span className={styles['place']} aria-hidden="true">{place + 1}</span>
      <div className={styles['words']}><p className={styles['name']}><b>{name ?? t('leaves.who.coach', { ns: 'app' })}</b> <span>{t('routing.alwaysText')}</span></p></div>
      {answersNow && <Badge tone="accent">{t('routing.answersNow')}</Badge>}
      <Badge tone="good">{t('routing.always')}</Badge>
      <span className={styles['arrows']} />
    </li>
  );
}
