import { ChartLine, ChartNoAxesColumn, Table2, TrendingDown, TrendingUp } from 'lucide-react';
import { useEffect, useId, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { Badge, Card, EmptyState, IconButton, shortDate } from '../../ui/index.ts';
import { bandPath, placeTrend, trendGrid, type TrendPoint } from './trend-geometry.ts';
import styles from './score-trend.module.css';

const HEIGHT = 152;

/** The scores of the last interviews with their likely ranges; the same as a table for whoever prefers it. */
export function ScoreTrend({ trend }: { trend: readonly TrendPoint[] }) {
  const { t } = useTranslation('home');
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  return (
    <Card labelledBy={id}>
      <header className={styles['head']}>
        <h2 id={id}>{t('trend.title')}</h2>
        <Change trend={trend} />
        {trend.length > 0 && <IconButton size="small" icon={asTable ? ChartLine : Table2} label={asTable ? t('trend.asChart') : t('trend.asTable')} onClick={() => setAsTable(!asTable)} />}
      </header>
      {trend.length === 0 && <EmptyState icon={ChartNoAxesColumn} title={t('trend.none')} />}
      {trend.length > 0 && (asTable ? <TrendTable trend={trend} /> : <TrendChart trend={trend} />)}
      {trend.length > 0 && !asTable && (
        <p className={styles['key']}>
          <span><i className={styles['keyScore']} />{t('trend.score')}</span>
          <span><i className={styles['keyRange']} />{t('trend.range')}</span>
          {trend.length === 1 && <span className={styles['first']}>{t('trend.first')}</span>}
        </p>
      )}
    </Card>
  );
}

function Change({ trend }: { trend: readonly TrendPoint[] }) {
  const { t } = useTranslation('home');
  const [first, last] = [trend[0], trend.at(-1)];
  if (!first || !last || first === last) return <span className={styles['push']} />;
  const score = Math.round(last.score);
  const change = score - Math.round(first.score);
  const words = { score, count: Math.abs(change), date: shortDate(first.at) };
  const apart = last.low > first.score || last.high < first.score;
  const key = change > 0 ? 'trend.up' : change < 0 ? 'trend.down' : 'trend.same';
  // Coloured only when the first score lies outside the last one's likely range: a small move is not news.
  return <span className={styles['push']}><Badge tone={apart && change > 0 ? 'good' : apart && change < 0 ? 'warn' : 'neutral'} icon={change > 0 ? TrendingUp : change < 0 ? TrendingDown : undefined}>{t(key, words)}</Badge></span>;
}

function TrendChart({ trend }: { trend: readonly TrendPoint[] }) {
  const { t } = useTranslation('home');
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [, navigate] = useLocation();
  const plot = { left: 32, right: width - 4, top: 26, bottom: HEIGHT - 30 };
  const drawn = width > 0 ? placeTrend(trend, plot) : [];
  const grid = trendGrid(trend);
  const line = (value: number): number => plot.bottom - ((value - (grid[0] ?? 0)) / (100 - (grid[0] ?? 0))) * (plot.bottom - plot.top);
  const points = trend.map((point) => t('trend.altPoint', { date: shortDate(point.at), score: Math.round(point.score), low: Math.round(point.low), high: Math.round(point.high) })).join('; ');
  return (
    <div ref={box} className={styles['chart']} role="img" aria-label={t('trend.alt', { count: trend.length, points })}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          {grid.map((value) => (
            <g key={value}>
              <line className={styles['grid']} x1={plot.left} x2={plot.right} y1={line(value)} y2={line(value)} />
              <text x={plot.left - 8} y={line(value) + 4} textAnchor="end">{value}</text>
            </g>
          ))}
          {drawn.length > 1 && <path className={styles['band']} d={bandPath(drawn)} />}
          {drawn.length === 1 && drawn.map(({ x, yLow, yHigh }) => <line key={x} className={styles['bar']} x1={x} x2={x} y1={yHigh} y2={yLow} />)}
          <polyline className={styles['line']} points={drawn.map(({ x, y }) => `${x},${y}`).join(' ')} />
          {drawn.map(({ x, y, point, labelled }, index) => {
            const isLast = index === drawn.length - 1;
            return (
              <g key={point.sessionId} className={styles['point']} onClick={() => navigate(`/interview/${point.sessionId}/report`)}>
                <rect x={x - 12} y={plot.top} width={24} height={plot.bottom - plot.top} fill="transparent" />
                <circle cx={x} cy={y} r={isLast ? 5 : 4} data-last={isLast || undefined} />
                {isLast && <text className={styles['strong']} x={x} y={y - 12} textAnchor="middle">{Math.round(point.score)}</text>}
                {labelled && <text x={x} y={HEIGHT - 8} textAnchor="middle">{shortDate(point.at)}</text>}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

function TrendTable({ trend }: { trend: readonly TrendPoint[] }) {
  const { t } = useTranslation('home');
  return (
    // The box scrolls, so the keyboard has to reach it.
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={t('trend.title')}>
      <table className={styles['table']}>
        <thead><tr><th scope="col">{t('trend.date')}</th><th scope="col">{t('trend.score')}</th><th scope="col">{t('trend.likely')}</th></tr></thead>
        <tbody>
          {trend.toReversed().map((point) => (
            <tr key={point.sessionId}><td>{shortDate(point.at)}</td><td>{Math.round(point.score)}</td><td>{t('trend.to', { low: Math.round(point.low), high: Math.round(point.high) })}</td></tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The width of an element in px, so that a chart is drawn 1:1 and its labels keep their size. */
function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
