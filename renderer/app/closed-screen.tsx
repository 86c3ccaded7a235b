import { useTranslation } from 'react-i18next';
import { BrandMark } from './brand-mark.tsx';
import styles from './closed-screen.module.css';

/** What is left in a browser tab after the app was asked to quit. */
export function ClosedScreen() {
  const { t } = useTranslation('app');
  return (
    <main className={styles['closed']}>
      <BrandMark size={48} />
      <h1 tabIndex={-1} ref={(heading) => heading?.focus()}>{t('closed.title')}</h1>
      <p>{t('closed.text')}</p>
    </main>
  );
}
