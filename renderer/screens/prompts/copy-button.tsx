import { Copy } from 'lucide-react';
import { IconButton, showToast } from '../../ui/index.ts';

/** Puts a text onto the clipboard and says so with `done`. */
export function CopyButton({ label, text, done }: { label: string; text: string; done: string }) {
  return <IconButton label={label} icon={Copy} size="small" onClick={() => void navigator.clipboard.writeText(text).then(() => showToast(done))} />;
}
