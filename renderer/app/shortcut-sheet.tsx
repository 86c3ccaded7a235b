import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { closeOverlay, useOverlays } from './overlays-store.ts';
import styles from './shortcut-sheet.module.css';

const GROUPS = [
  { name: 'everywhere', rows: [['palette', 'mod+k'], ['home', 'mod+1'], ['interviewScreen', 'mod+2'], ['settings', 'mod+3'], ['sheet', '?'], ['close', 'Escape']] },
  { name: 'interview', rows: [['submit', 'mod+Enter'], ['hint', 'alt+h']] },
] as const;

/** Every shortcut on one page. */
export function ShortcutSheet() {
  const { t } = useTranslation('app');
  const open = useOverlays((overlays) => overlays.open === 'shortcuts');
  return (
    <Dialog open={open} onOpenChange={closeOverlay} title={t('shortcutSheet.title')}>
      {GROUPS.map((group) => (
        <section key={group.name} className={styles['group']} aria-label={t(`shortcutSheet.${group.name}`)}>
          <h3>{t(`shortcutSheet.${group.name}`)}</h3>
          <dl>
            {group.rows.map(([name, shortcut]) => (
              <div key={name}><dt>{t(`shortcutSheet.${name}`)}</dt><dd><Kbd shortcut={shortcut} /></dd></div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
