import type { LucideIcon } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './segments.module.css';

export interface Segment<T extends string> { value: T; label: string; icon?: LucideIcon; disabled?: boolean }

/** One choice of a few, side by side: a radio group, so arrows move and the group is one tab stop. */
export function Segments<T extends string>({ label, labelHidden = false, value, onChange, options, help, fill = false }:
  { label: string; labelHidden?: boolean; value: T; onChange: (value: T) => void; options: readonly Segment<T>[]; help?: ReactNode; fill?: boolean }) {
  const id = useId();
  return (
    <fieldset className={styles['group']} aria-describedby={help ? `${id}-help` : undefined}>
      <legend className={labelHidden ? undefined : styles['legend']}>{labelHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}</legend>
      <div className={styles['segments']} data-fill={fill || undefined}>
        {options.map((option) => (
          <label key={option.value} className={styles['segment']}>
            <input type="radio" name={id} value={option.value} checked={option.value === value} disabled={option.disabled} onChange={() => onChange(option.value)} />
            {option.icon && <Icon of={option.icon} />}
            {option.label}
          </label>
        ))}
      </div>
      {help && <p id={`${id}-help`} className={styles['help']}>{help}</p>}
    </fieldset>
  );
}
