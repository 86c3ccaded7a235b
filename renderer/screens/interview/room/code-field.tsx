import { useRef, type KeyboardEvent, type Ref } from 'react';
import { breakLine, indent, outdent, type FieldState } from './code-indent.ts';

/** Puts `next` into a field as one undoable edit where the browser offers that, and plainly elsewhere. */
function applyEdit(field: HTMLTextAreaElement, next: FieldState, onChange: (text: string) => void): void {
  const before = field.value;
  let start = 0;
  while (start < before.length && before[start] === next.text[start]) start += 1;
  let tail = 0;
  while (tail < before.length - start && tail < next.text.length - start && before.at(-1 - tail) === next.text.at(-1 - tail)) tail += 1;
  const added = next.text.slice(start, next.text.length - tail);
  field.setSelectionRange(start, before.length - tail);
  const typed = added === '' ? document.execCommand('delete') : document.execCommand('insertText', false, added);
  if (!typed) {
    field.setRangeText(added);
    onChange(field.value);
  }
  field.setSelectionRange(next.from, next.to);
}

/** A text field for code: Tab indents, Enter keeps the indentation, and Escape then Tab leaves, so nobody is caught in it. */
export function CodeField({ id, value, onChange, label, describedBy, placeholder, className, ref }:
  { id: string; value: string; onChange: (text: string) => void; label: string; describedBy: string; placeholder: string; className: string | undefined; ref?: Ref<HTMLTextAreaElement> | undefined }) {
  const leaving = useRef(false);
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.currentTarget;
    if (event.key === 'Escape') { leaving.current = true; return; }
    if (event.key === 'Shift') return;
    const mayLeave = leaving.current;
    leaving.current = false;
    const edit = event.key === 'Tab' && !mayLeave ? (event.shiftKey ? outdent : indent) : event.key === 'Enter' && !event.shiftKey ? breakLine : null;
    if (!edit) return;
    event.preventDefault();
    applyEdit(field, edit({ text: field.value, from: field.selectionStart, to: field.selectionEnd }), onChange);
  };
  return (
    <textarea ref={ref} id={id} className={className} value={value} placeholder={placeholder} spellCheck={false} autoCapitalize="off" autoCorrect="off" rows={6}
      aria-label={label} aria-describedby={describedBy} onKeyDown={press} onBlur={() => { leaving.current = false; }} onChange={(event) => onChange(event.target.value)} />
  );
}
