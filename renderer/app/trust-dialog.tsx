import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import { closeOverlay } from './overlays-store.ts';
import styles from './trust-dialog.module.css';

/** Says in full what the trust indicator says in short. */
export function TrustDialog({ folder }: { folder: string | undefined }) {
  const { t } = useTranslation('app');
  return (
    <Dialog open onOpenChange={closeOverlay} title={t('leaves.title')} description={t('leaves.text')}>
      {folder && <p className={styles['kept']}>{t('leaves.kept')} <code>{folder}</code></p>}
    </Dialog>
  );
}
