import { keyNames } from './key-names.ts';
import styles from './kbd.module.css';

/** A shortcut drawn as keys. `shortcut` is written "mod+Enter"; `mod` is Ctrl, or ⌘ on a Mac. Inside a control it is `decorative`: the control says it with aria-keyshortcuts, and its name stays its words. */
export function Kbd({ shortcut, onAccent = false, decorative = false }: { shortcut: string; onAccent?: boolean; decorative?: boolean }) {
  return (
    <span className={styles['keys']} data-on-accent={onAccent || undefined} aria-hidden={decorative || undefined}>
      {keyNames(shortcut).map((name) => <kbd key={name} className={styles['key']}>{name}</kbd>)}
    </span>
  );
}
