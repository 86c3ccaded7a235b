import { CircleCheck, Info, TriangleAlert, X, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import styles from './notice.module.css';

export type NoticeTone = 'note' | 'good' | 'warn' | 'bad';
const ICONS: Record<NoticeTone, LucideIcon> = { note: Info, good: CircleCheck, warn: TriangleAlert, bad: TriangleAlert };

/** Something to know, in the place it concerns. `alert` speaks it at once: for failures of what was just asked. */
export function Notice({ tone = 'note', title, children, actions, icon, onDismiss, alert = false }:
  { tone?: NoticeTone; title?: ReactNode; children?: ReactNode; actions?: ReactNode; icon?: LucideIcon; onDismiss?: (() => void) | undefined; alert?: boolean }) {
  const { t } = useTranslation('ui');
  return (
    <div className={styles['notice']} data-tone={tone} role={alert ? 'alert' : undefined}>
      <Icon of={icon ?? ICONS[tone]} />
      <div className={styles['words']}>
        {title && <strong>{title}{children ? ' ' : null}</strong>}
        {children}
        {actions && <div className={styles['actions']}>{actions}</div>}
      </div>
      {onDismiss && <IconButton label={t('dismiss')} icon={X} size="small" onClick={onDismiss} />}
    </div>
  );
}
