import { Dialog as Primitive } from 'radix-ui';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { EngineErrorNotice } from './engine-error-notice.tsx';
import { useFocusReturn } from './focus-return.ts';
import { IconButton } from './icon-button.tsx';
import styles from './dialog.module.css';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  size?: 'small' | 'wide';
}

/** Into the first field, else onto the first button below (the one that changes nothing), else onto the dialog itself. */
function focusFirst(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  const dialog = event.currentTarget;
  const first = dialog.querySelector<HTMLElement>('input:not([type="file"]), textarea, select') ?? dialog.querySelector<HTMLElement>('[data-dialog-foot] button');
  (first ?? dialog).focus();
}

/** A modal dialog: traps focus, closes on Escape, gives focus back to where it came from. */
export function Dialog({ open, onOpenChange, title, description, children, footer, size = 'small' }: DialogProps) {
  const { t } = useTranslation('ui');
  const focus = useFocusReturn();
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={styles['scrim']} />
        <Primitive.Content className={styles['dialog']} data-size={size} onOpenAutoFocus={(event) => { focus.remember(); focusFirst(event); }} onCloseAutoFocus={focus.giveBack} {...(description ? {} : { 'aria-describedby': undefined })}>
          <Primitive.Title className={styles['title']}>{title}</Primitive.Title>
          {description && <Primitive.Description asChild><div className={styles['description']}>{description}</div></Primitive.Description>}
          {children && <div className={styles['body']}>{children}</div>}
          {footer && <div className={styles['foot']} data-dialog-foot="">{footer}</div>}
          <span className={styles['close']}><Primitive.Close asChild><IconButton label={t('close')} icon={X} size="small" /></Primitive.Close></span>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Asks before something that cannot be taken back; says what is kept. An error stays in the dialog. */
export function ConfirmDialog({ open, onOpenChange, title, text, confirm, cancel, onConfirm, tone = 'primary', busy = false, error, children, ready = true }: {
  open: boolean; onOpenChange: (open: boolean) => void; title: string; text: ReactNode; confirm: string; cancel?: string;
  onConfirm: () => void; tone?: 'primary' | 'danger'; busy?: boolean; error?: unknown; children?: ReactNode; ready?: boolean;
}) {
  const { t } = useTranslation('ui');
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={text}
      footer={<>
        <Button onClick={() => onOpenChange(false)}>{cancel ?? t('cancel')}</Button>
        <Button variant={tone} busy={busy} disabled={!ready} onClick={onConfirm}>{confirm}</Button>
      </>}>
      {children}
      {error ? <EngineErrorNotice error={error} /> : null}
    </Dialog>
  );
}
