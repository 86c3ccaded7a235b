import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';
import { dismissToast, TOAST_MS, useToasts, type ToastItem } from './toast-store.ts';
import styles from './toast.module.css';

function Toast({ item }: { item: ToastItem }) {
  const { t } = useTranslation('ui');
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(item.id), item.undo ? TOAST_MS.undo : TOAST_MS.plain);
    return () => clearTimeout(timer);
  }, [held, item]);
  return (
    <div className={styles['toast']} onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <span>{item.text}</span>
      {item.undo && <button type="button" className={styles['undo']} onClick={() => { item.undo?.(); dismissToast(item.id); }}>{t('undo')}</button>}
      <button type="button" className={styles['close']} aria-label={t('dismiss')} onClick={() => dismissToast(item.id)}><Icon of={X} size={14} /></button>
    </div>
  );
}

/** Where toasts appear, once in the app. Each is spoken politely; hovering or focusing one holds it. */
export function Toaster() {
  const { t } = useTranslation('ui');
  const items = useToasts((state) => state.items);
  return <div className={styles['toasts']} role="log" aria-live="polite" aria-relevant="additions" aria-label={t('toasts')}>{items.map((item) => <Toast key={item.id} item={item} />)}</div>;
}
