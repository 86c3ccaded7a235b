import { useId, type ReactNode } from 'react';
import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './choice-card.module.css';

/** One radio with a title and a line about it. Give all cards of a group the same `name`. */
export function ChoiceCard({ name, value, checked, onChange, title, detail, aside }:
  { name: string; value: string; checked: boolean; onChange: (value: string) => void; title: ReactNode; detail?: ReactNode; aside?: ReactNode }) {
  const id = useId();
  return (
    <label className={styles['choice']}>
      <input type="radio" name={name} value={value} checked={checked} onChange={() => onChange(value)} aria-labelledby={`${id}-title`} aria-describedby={detail ? `${id}-detail` : undefined} />
      <span className={styles['words']}>
        <span id={`${id}-title`} className={styles['title']}>{title}</span>
        {detail && <span id={`${id}-detail`} className={styles['detail']}>{detail}</span>}
      </span>
      {aside}
    </label>
  );
}

/** A radio group of choice cards. `columns` is how many stand side by side. */
export function ChoiceCards<T extends string>({ label, labelHidden = false, value, onChange, options, columns = 1 }:
  { label: string; labelHidden?: boolean; value: T; onChange: (value: T) => void; options: readonly { value: T; title: ReactNode; detail?: ReactNode }[]; columns?: number }) {
  const name = useId();
  return (
    <fieldset className={styles['group']}>
      <legend className={labelHidden ? undefined : styles['legend']}>{labelHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}</legend>
      <div className={styles['cards']} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        {options.map((option) => (
          <ChoiceCard key={option.value} name={name} value={option.value} checked={option.value === value} onChange={() => onChange(option.value)} title={option.title} detail={option.detail} />
        ))}
      </div>
    </fieldset>
  );
}
