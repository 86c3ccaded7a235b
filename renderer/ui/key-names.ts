const MAC_NAMES: Record<string, string> = { mod: '⌘', alt: '⌥', shift: '⇧', Enter: '↵', Escape: 'Esc' };
const OTHER_NAMES: Record<string, string> = { mod: 'Ctrl', alt: 'Alt', shift: 'Shift', Escape: 'Esc' };

const onMac = (): boolean => typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** The names on the person's keyboard for a shortcut such as "mod+Enter", in order. */
export function keyNames(shortcut: string, mac: boolean = onMac()): string[] {
  const names = mac ? MAC_NAMES : OTHER_NAMES;
  return shortcut.split('+').map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}

/** The same shortcut for `aria-keyshortcuts`, which knows Control and Meta instead of a drawn name. */
export function ariaKeys(shortcut: string, mac: boolean = onMac()): string {
  const names: Record<string, string> = { mod: mac ? 'Meta' : 'Control', alt: 'Alt', shift: 'Shift' };
  return shortcut.split('+').map((key) => names[key] ?? key).join('+');
}
