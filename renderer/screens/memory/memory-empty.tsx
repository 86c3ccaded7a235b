import { FileUser, Lightbulb, MessageSquareText, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, ButtonLink, Icon } from '../../ui/index.ts';
import styles from './memory-empty.module.css';

const PARTS: readonly { name: 'answers' | 'facts' | 'own'; icon: LucideIcon }[] = [
  { name: 'answers', icon: MessageSquareText }, { name: 'facts', icon: Lightbulb }, { name: 'own', icon: FileUser },
];

/** What will be here and how it fills, for whoever has not practised yet. */
export function MemoryEmpty({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation('memory');
  return (
    <section className={styles['empty']} aria-labelledby="memory-empty">
      <h2 id="memory-empty">{t('empty.title')}</h2>
      <p>{t('empty.text')}</p>
      <ul>
        {PARTS.map(({ name, icon }) => <li key={name}><Icon of={icon} size={20} /><div><h3>{t(`empty.${name}`)}</h3><p>{t(`empty.${name}Text`)}</p></div></li>)}
      </ul>
      <div className={styles['acts']}>
        <ButtonLink href="/interview" variant="primary">{t('empty.interview')}</ButtonLink>
        <Button onClick={onAdd}>{t('empty.resume')}</Button>
      </div>
    </section>
  );
}
