import { ArrowLeftRight, BookMarked, Cpu, Database, Info, KeyRound, Layers, ShieldCheck, SquareTerminal, SunMoon, type LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Icon } from '../../ui/index.ts';
import { MemorySettings } from '../memory/memory-settings.tsx';
import { ModelSettings } from '../models/local/model-settings.tsx';
import { PrivacySettings } from '../models/network/privacy-settings.tsx';
import { ProviderSettings } from '../models/providers/provider-settings.tsx';
import { RoutingSettings } from '../models/routing/routing-settings.tsx';
import { PromptPage } from '../prompts/prompt-page.tsx';
import { PromptSettings } from '../prompts/prompt-settings.tsx';
import { PromptWordsOf } from '../prompts/words/words-of.tsx';
import { AboutSettings } from './about-settings.tsx';
import { AppearanceSettings } from './appearance-settings.tsx';
import { DataSettings } from './data-settings.tsx';
import { PackSettings } from './pack-settings.tsx';
import styles from './settings-screen.module.css';

interface Section { name: 'providers' | 'models' | 'routing' | 'prompts' | 'memory' | 'privacy' | 'appearance' | 'data' | 'packs' | 'about'; icon: LucideIcon; Body: ComponentType }
const APPEARANCE: Section = { name: 'appearance', icon: SunMoon, Body: AppearanceSettings };
/** Who answers and what leaves; then the app itself. */
const GROUPS: readonly (readonly Section[])[] = [
  [
    { name: 'providers', icon: KeyRound, Body: ProviderSettings },
    { name: 'models', icon: Cpu, Body: ModelSettings },
    { name: 'routing', icon: ArrowLeftRight, Body: RoutingSettings },
    { name: 'prompts', icon: SquareTerminal, Body: PromptSettings },
    { name: 'memory', icon: BookMarked, Body: MemorySettings },
    { name: 'privacy', icon: ShieldCheck, Body: PrivacySettings },
  ],
  [
    APPEARANCE,
    { name: 'data', icon: Database, Body: DataSettings },
    { name: 'packs', icon: Layers, Body: PackSettings },
    { name: 'about', icon: Info, Body: AboutSettings },
  ],
];

/** Settings: a list of sections beside the open one. Without a section, or with an unknown one, it shows Appearance: what everybody understands. `prompt` opens one prompt instead of their list, `words` the words behind a hash. */
export function SettingsScreen({ section, prompt, words }: { section: string | undefined; prompt?: string; words?: string }) {
  const { t } = useTranslation('settings');
  const open = GROUPS.flat().find(({ name }) => name === section) ?? APPEARANCE;
  return (
    <div className={styles['columns']}>
      <nav className={styles['sections']} aria-label={t('sections')}>
        <p>{t('title')}</p>
        {GROUPS.map((group) => (
          <ul key={group[0]?.name}>
            {group.map(({ name, icon }) => (
              <li key={name}><Link href={`/settings/${name}`} aria-current={open.name !== name ? undefined : prompt ?? words ? 'true' : 'page'}><Icon of={icon} />{t(`nav.${name}`)}</Link></li>
            ))}
          </ul>
        ))}
      </nav>
      <div className={styles['section']}>{words ? <PromptWordsOf key={words} hash={words} /> : prompt ? <PromptPage key={prompt} id={prompt} /> : <open.Body />}</div>
    </div>
  );
}
