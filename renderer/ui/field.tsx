import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';
import { useTranslation } from 'react-i18next';
import type { LucideIcon } from 'lucide-react';
import { Icon } from './icon.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './field.module.css';

/** What a labelled control spreads onto its element. */
export interface ControlProps { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }

/** A label, its control, and help or an error underneath, wired together by id. */
export function Field({ label, labelHidden = false, help, error, optional = false, children }:
  { label: string; labelHidden?: boolean; help?: ReactNode; error?: ReactNode; optional?: boolean; children: (control: ControlProps) => ReactNode }) {
  const { t } = useTranslation('ui');
  const id = useId();
  const below = error ?? help;
  const words = <label htmlFor={id} className={styles['label']}>{label}{optional && <span className={styles['optional']}> {t('optional')}</span>}</label>;
  return (
    <div className={styles['field']}>
      {labelHidden ? <VisuallyHidden>{words}</VisuallyHidden> : words}
      {children({ id, 'aria-describedby': below ? `${id}-below` : undefined, 'aria-invalid': error ? true : undefined })}
      {below && <p id={`${id}-below`} className={error ? styles['error'] : styles['help']} role={error ? 'alert' : undefined}>{below}</p>}
    </div>
  );
}

/** One line of text. `icon` stands inside it, as for a search field. */
export function TextInput({ icon, className, ...rest }: { icon?: LucideIcon; ref?: Ref<HTMLInputElement> } & InputHTMLAttributes<HTMLInputElement>) {
  const input = <input type="text" {...rest} className={[styles['input'], className].filter(Boolean).join(' ')} />;
  return icon ? <span className={styles['withIcon']}><Icon of={icon} />{input}</span> : input;
}

/** Several lines of text. */
export function TextArea({ className, ...rest }: { ref?: Ref<HTMLTextAreaElement> } & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea rows={4} {...rest} className={[styles['textarea'], className].filter(Boolean).join(' ')} />;
}

/** A native select: the system's own list, which every keyboard and reader knows. */
export function Select({ options, className, ...rest }:
  { options: readonly { value: string; label: string }[]; ref?: Ref<HTMLSelectElement> } & Omit<SelectHTMLAttributes<HTMLSelectElement>, 'children'>) {
  return (
    <select {...rest} className={[styles['select'], className].filter(Boolean).join(' ')}>
      {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
    </select>
  );
}
