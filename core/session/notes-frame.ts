import type { Prompt } from '../prompts/prompt.ts';
import { asItem } from './fenced-text.ts';
import type { Frame, NoteKind } from './context-messages.ts';

/** The prompt that puts notes into words. */
export const NOTES_PROMPT = 'session/notes';
const KINDS: readonly NoteKind[] = ['facts', 'summary', 'recalled'];
/** Stands for one item until there is one; nobody writes it. */
const ITEM = '\u0001item\u0001';

/**
 * The words around notes, from their prompt. It is rendered once a kind; the line that holds the item then stands there once for each,
 * with whatever could end its fence taken out.
 */
export async function renderFrame(prompt: Pick<Prompt, 'render'>): Promise<Frame> {
  const rendered = await Promise.all(KINDS.map(async (kind) => [kind, (await prompt.render({ kind, item: ITEM })).map(({ text }) => text).join('\n\n').split('\n')] as const));
  const lines = new Map(rendered);
  return (kind, items) => (lines.get(kind) ?? []).flatMap((line) => (line.includes(ITEM) ? items.map((item) => line.replace(ITEM, () => asItem(item))) : [line])).join('\n');
}
