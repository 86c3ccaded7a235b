import { Database, Info, Layers, SunMoon, type LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Icon } from '../../ui/index.ts';
import { AboutSettings } from './about-settings.tsx';
import { AppearanceSettings } from './appearance-settings.tsx';
import { DataSettings } from './data-settings.tsx';
import { PackSettings } from './pack-settings.tsx';
import styles from './settings-screen.module.css';

interface Section { name: 'appearance' | 'data' | 'packs' | 'about'; icon: LucideIcon; Body: ComponentType }
const SECTIONS: readonly [Section, ...Section[]] = [
  { name: 'appearance', icon: SunMoon, Body: AppearanceSettings },
  { name: 'data', icon: Database, Body: DataSettings },
  { name: 'packs', icon: Layers, Body: PackSettings },
  { name: 'about', icon: Info, Body: AboutSettings },
];

/** Settings: a list of sections beside the open one. An unknown section shows the first. */
export function SettingsScreen({ section }: { section: string | undefined }) {
  const { t } = useTranslation('settings');
  const open = SECTIONS.find(({ name }) => name === section) ?? SECTIONS[0];
  return (
    <div className={styles['columns']}>
      <nav className={styles['sections']} aria-label={t('sections')}>
        <p>{t('title')}</p>
        <ul>
          {SECTIONS.map(({ name, icon }) => (
            <li key={name}><Link href={`/settings/${name}`} aria-current={open.name === name ? 'page' : undefined}><Icon of={icon} />{t(`nav.${name}`)}</Link></li>
          ))}
        </ul>
      </nav>
      <div className={styles['section']}><open.Body /></div>
    </div>
  );
}
