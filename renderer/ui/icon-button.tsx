import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';
import type { ButtonSize, ButtonVariant } from './button.tsx';
import { Icon } from './icon.tsx';
import { ariaKeys } from './key-names.ts';
import { Tooltip } from './tooltip.tsx';
import styles from './button.module.css';

/** A button with only an icon: `label` is its accessible name and its tooltip. */
export function IconButton({ label, icon, variant = 'plain', size = 'medium', shortcut, type = 'button', ...rest }:
  { label: string; icon: LucideIcon; variant?: ButtonVariant; size?: ButtonSize; shortcut?: string | undefined; ref?: Ref<HTMLButtonElement> } & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children' | 'aria-label'>) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button {...rest} type={type} aria-label={label} aria-keyshortcuts={shortcut && ariaKeys(shortcut)} className={`${styles['button']} ${styles['square']}`} data-variant={variant} data-size={size}>
        <Icon of={icon} />
      </button>
    </Tooltip>
  );
}
