import { House, MessagesSquare, Search, SlidersHorizontal, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { Icon } from '../ui/icon.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { ariaKeys } from '../ui/key-names.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import { BrandMark } from './brand-mark.tsx';
import { openOverlay } from './overlays-store.ts';
import { WeekPractice } from './week-practice.tsx';
import styles from './rail.module.css';

interface Place { href: string; name: 'home' | 'interview' | 'settings'; icon: LucideIcon; holds: (location: string) => boolean }
const PLACES: readonly Place[] = [
  { href: '/', name: 'home', icon: House, holds: (location) => location === '/' },
  { href: '/interview', name: 'interview', icon: MessagesSquare, holds: (location) => location.startsWith('/interview') || location === '/history' },
  { href: '/settings', name: 'settings', icon: SlidersHorizontal, holds: (location) => location.startsWith('/settings') },
];

/** True where the window is too narrow for words in the rail. */
function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia('(max-width: 1120px)').matches);
  useEffect(() => {
    const query = matchMedia('(max-width: 1120px)');
    const change = (): void => setNarrow(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return narrow;
}

/** The way to every screen. Compact shows icons with their names as tooltips. */
export function Rail({ compact }: { compact: boolean }) {
  const { t } = useTranslation('app');
  const [location] = useLocation();
  const small = useNarrow() || compact;
  const search = (
    <button type="button" className={styles['jump']} aria-label={small ? t('search') : undefined} aria-keyshortcuts={ariaKeys('mod+k')} onClick={() => openOverlay('palette')}>
      <Icon of={Search} />
      {!small && <><span>{t('search')}</span><Kbd shortcut="mod+k" decorative /></>}
    </button>
  );
  return (
    <nav className={styles['rail']} aria-label={t('screens')} data-compact={small || undefined}>
      <div className={styles['brand']}><BrandMark />{!small && <span>{t('name')}</span>}</div>
      {small ? <Tooltip text={t('searchAndCommands')} shortcut="mod+k" side="right">{search}</Tooltip> : search}
      <ul className={styles['places']}>
        {PLACES.map((place, index) => {
          const current = place.holds(location);
          const link = (
            <Link href={place.href} aria-current={current ? 'page' : undefined} aria-label={small ? t(`nav.${place.name}`) : undefined} aria-keyshortcuts={ariaKeys(`mod+${index + 1}`)}>
              <Icon of={place.icon} size={18} />
              {!small && <span>{t(`nav.${place.name}`)}</span>}
            </Link>
          );
          return (
            <li key={place.href} data-last={index === PLACES.length - 1 || undefined}>
              {small ? <Tooltip text={t(`nav.${place.name}`)} shortcut={`mod+${index + 1}`} side="right">{link}</Tooltip> : link}
            </li>
          );
        })}
      </ul>
      {!small && <WeekPractice />}
    </nav>
  );
}
