import { Command } from 'cmdk';
import { ArrowLeftRight, BookMarked, Clock, Cpu, Database, FileText, House, Info, Keyboard, KeyRound, ListTodo, MessagesSquare, Monitor, Moon, Play, Plus, Power, Search, ShieldCheck, ShieldOff, SlidersHorizontal, SquareTerminal, Sun, type LucideIcon } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { Settings } from '../../core/contract/settings.ts';
import { queryKeys } from '../client/query-keys.ts';
import { useEngineCommand, useEngineQuery } from '../client/use-engine.ts';
import { useOverview } from '../screens/home/use-overview.ts';
import { useFocusReturn } from '../ui/focus-return.ts';
import { shortDate } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';
import { applyAppearance } from './appearance.ts';
import { setOfflineLock, useOfflineLock } from './offline-lock.ts';
import { closeOverlay, openOverlay, useOverlays } from './overlays-store.ts';
import { fitsSearch } from './palette-search.ts';
import styles from './command-palette.module.css';

interface Entry { id: string; label: string; icon: LucideIcon; aside?: string | undefined; excerpt?: string | null; shortcut?: string; run: () => void }

/** Finds every screen, command and earlier interview by a few letters. */
export function CommandPalette() {
  const { t } = useTranslation('app');
  const open = useOverlays((overlays) => overlays.open === 'palette');
  const focus = useFocusReturn();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => { if (!next) closeOverlay(); }}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles['scrim']} />
        <Dialog.Content className={styles['palette']} aria-describedby={undefined} onOpenAutoFocus={focus.remember} onCloseAutoFocus={focus.giveBack}>
          <VisuallyHidden><Dialog.Title>{t('palette.title')}</Dialog.Title></VisuallyHidden>
          <PaletteBody />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteBody() {
  const { t } = useTranslation('app');
  const [typed, setTyped] = useState('');
  const searched = useDeferredValue(typed.trim());
  const [chosen, setChosen] = useState('');
  const interviews = useInterviews(searched);
  const groups = [
    { heading: t('palette.commands'), entries: useCommands().filter((entry) => fitsSearch(entry.label, searched)) },
    { heading: t('palette.screens'), entries: useScreens().filter((entry) => fitsSearch(entry.label, searched)) },
    { heading: t('palette.interviews'), entries: interviews.entries },
  ].filter(({ entries }) => entries.length > 0);
  const shown = groups.flatMap(({ entries }) => entries);
  // Interviews arrive after the search: Enter always has something to open.
  const selected = shown.some(({ id }) => id === chosen) ? chosen : (shown[0]?.id ?? '');
  return (
    <Command label={t('palette.title')} shouldFilter={false} loop value={selected} onValueChange={setChosen} className={styles['command']}>
      <div className={styles['search']}>
        <Icon of={Search} />
        <Command.Input value={typed} onValueChange={(text) => { setTyped(text); setChosen(''); }} placeholder={t('palette.placeholder')} />
      </div>
      <Command.List className={styles['list']} label={t('palette.title')}>
        {!interviews.busy && <Command.Empty className={styles['empty']}>{t('palette.empty')}</Command.Empty>}
        {groups.map(({ heading, entries }) => (
          <Command.Group key={heading} heading={heading} className={styles['group']}>
            {entries.map((entry) => (
              <Command.Item key={entry.id} value={entry.id} onSelect={entry.run} className={styles['item']}>
                <Icon of={entry.icon} />
                <span className={styles['label']}>{entry.label}{entry.excerpt && <small>{entry.excerpt}</small>}</span>
                {entry.aside && <span className={styles['aside']}>{entry.aside}</span>}
                {entry.shortcut && <Kbd shortcut={entry.shortcut} decorative />}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

function useGo(): (href: string) => void {
  const [, navigate] = useLocation();
  return (href) => { closeOverlay(); navigate(href); };
}

function useScreens(): Entry[] {
  const { t } = useTranslation('app');
  const go = useGo();
  return [
    { id: 'screen-home', label: t('nav.home'), icon: House, shortcut: 'mod+1', run: () => go('/') },
    { id: 'screen-interview', label: t('nav.interview'), icon: MessagesSquare, shortcut: 'mod+2', run: () => go('/interview') },
    { id: 'screen-history', label: t('palette.history'), icon: Clock, run: () => go('/history') },
    { id: 'screen-settings', label: t('nav.settings'), icon: SlidersHorizontal, shortcut: 'mod+3', run: () => go('/settings') },
    { id: 'screen-providers', label: t('palette.providers'), icon: KeyRound, run: () => go('/settings/providers') },
    { id: 'screen-models', label: t('palette.models'), icon: Cpu, run: () => go('/settings/models') },
    { id: 'screen-routing', label: t('palette.routing'), icon: ArrowLeftRight, run: () => go('/settings/routing') },
    { id: 'screen-prompts', label: t('palette.prompts'), icon: SquareTerminal, run: () => go('/settings/prompts') },
    { id: 'screen-memory', label: t('palette.memory'), icon: BookMarked, run: () => go('/settings/memory') },
    { id: 'screen-privacy', label: t('palette.privacy'), icon: ShieldCheck, run: () => go('/settings/privacy') },
    { id: 'screen-data', label: t('palette.data'), icon: Database, run: () => go('/settings/data') },
    { id: 'screen-about', label: t('palette.about'), icon: Info, run: () => go('/settings/about') },
  ];
}

function useCommands(): Entry[] {
  const { t } = useTranslation('app');
  const go = useGo();
  const overview = useOverview();
  const setTheme = useEngineCommand((engine, theme: Settings['theme']) => engine.settings.update({ theme }), { outdates: [queryKeys.settings], onDone: applyAppearance });
  const theme = (value: Settings['theme'], label: string, icon: LucideIcon): Entry => ({ id: `theme-${value}`, label, icon, run: () => { closeOverlay(); setTheme.mutate(value); } });
  const unfinished = overview.data?.unfinished;
  const lock = useOfflineLock();
  return [
    ...(unfinished ? [{ id: 'continue', label: t('palette.continue'), icon: Play, aside: `${unfinished.title}, ${t('palette.continueAt', { number: unfinished.questionNumber, count: unfinished.questionCount })}`, run: () => go(`/interview/${unfinished.sessionId}`) }] : []),
    { id: 'start', label: t('palette.start'), icon: Plus, run: () => go('/interview') },
    { id: 'lock', label: t(lock.on ? 'palette.lockOff' : 'palette.lockOn'), icon: lock.on ? ShieldOff : ShieldCheck, run: () => { closeOverlay(); void setOfflineLock(!lock.on); } },
    { id: 'jobs', label: t('palette.jobs'), icon: ListTodo, run: () => openOverlay('jobs') },
    theme('light', t('palette.themeLight'), Sun),
    theme('dark', t('palette.themeDark'), Moon),
    theme('system', t('palette.themeSystem'), Monitor),
    { id: 'shortcuts', label: t('palette.shortcuts'), icon: Keyboard, shortcut: '?', run: () => openOverlay('shortcuts') },
    { id: 'quit', label: t('palette.quit'), icon: Power, run: () => openOverlay('quit') },
  ];
}

function useInterviews(search: string): { entries: Entry[]; busy: boolean } {
  const { t } = useTranslation('app');
  const go = useGo();
  const input = { search: search.slice(0, 200), limit: 8 };
  const history = useEngineQuery(queryKeys.history(input), (engine, signal) => engine.interview.history(input, { signal }), { keepPrevious: true });
  const entries = (history.data?.items ?? []).map((item): Entry => ({
    id: `interview-${item.sessionId}`,
    label: item.title,
    icon: FileText,
    excerpt: search ? item.excerpt : null,
    aside: [shortDate(item.startedAt), item.endedAt ? item.score !== null && String(Math.round(item.score)) : t('palette.unfinished')].filter(Boolean).join(' · '),
    run: () => go(item.endedAt ? `/interview/${item.sessionId}/report` : `/interview/${item.sessionId}`),
  }));
  return { entries, busy: history.isFetching };
}
