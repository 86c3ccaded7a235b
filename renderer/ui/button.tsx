import type { LucideIcon } from 'lucide-react';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Link } from 'wouter';
import { Icon } from './icon.tsx';
import { Kbd } from './kbd.tsx';
import { ariaKeys } from './key-names.ts';
import { Spinner } from './spinner.tsx';
import styles from './button.module.css';

export type ButtonVariant = 'normal' | 'primary' | 'plain' | 'danger';
export type ButtonSize = 'small' | 'medium' | 'large';

interface Looks {
  variant?: ButtonVariant | undefined;
  size?: ButtonSize | undefined;
  icon?: LucideIcon | undefined;
  iconAfter?: LucideIcon | undefined;
  /** Shown as keys and announced; the screen binds it. Written "mod+Enter". */
  shortcut?: string | undefined;
}

function Inside({ variant, icon, iconAfter, shortcut, children }: Looks & { children: ReactNode }) {
  return (
    <>
      {icon && <Icon of={icon} />}
      <span className={styles['words']}>{children}</span>
      {shortcut && <Kbd shortcut={shortcut} onAccent={variant === 'primary'} decorative />}
      {iconAfter && <Icon of={iconAfter} />}
    </>
  );
}

/** A button. One `primary` per screen; `danger` for what removes; `plain` for what is rarely needed. `busy` keeps its width and refuses clicks. */
export function Button({ variant = 'normal', size = 'medium', icon, iconAfter, shortcut, busy = false, children, className, disabled, type = 'button', ...rest }:
  Looks & { busy?: boolean | undefined; ref?: Ref<HTMLButtonElement> | undefined } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button {...rest} type={type} className={[styles['button'], className].filter(Boolean).join(' ')} data-variant={variant} data-size={size}
      disabled={disabled} aria-disabled={busy || undefined} aria-busy={busy || undefined} aria-keyshortcuts={shortcut && ariaKeys(shortcut)}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}>
      <Inside variant={variant} icon={busy ? undefined : icon} iconAfter={iconAfter} shortcut={shortcut}>{children}</Inside>
      {busy && <span className={styles['busy']}><Spinner /></span>}
    </button>
  );
}

/** A link to another screen that looks like a button. */
export function ButtonLink({ variant = 'normal', size = 'medium', icon, iconAfter, shortcut, href, children, className, ...rest }:
  Looks & { href: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <Link {...rest} href={href} className={[styles['button'], className].filter(Boolean).join(' ')} data-variant={variant} data-size={size}>
      <Inside variant={variant} icon={icon} iconAfter={iconAfter} shortcut={shortcut}>{children}</Inside>
    </Link>
  );
}
