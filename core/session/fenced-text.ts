/** Marks that prompts put around what people said, and what chat templates use. */
const MARKS = /<(?=\s*\/?\s*(answer|asked|posting|facts|so-far|recalled|turns|system|think|s|start_of_turn|end_of_turn)\b)/gi;

/** Somebody's text so that nothing in it can end its fence or begin a turn of its own. */
export function asData(text: string): string {
  return text.trim().replace(MARKS, '‹').replaceAll('<|', '‹|').replaceAll('|>', '|›').replace(/\[(\/?INST)\]/gi, '($1)');
}

/** A text as data between two marks; a mark inside of it, and what chat templates use, loses its meaning. */
export function fenced(name: string, text: string): string { return `<${name}>\n${asData(text)}\n</${name}>`; }

/** The same in one line, as an item of a list. */
export const asItem = (text: string): string => asData(text.replace(/\s+/g, ' '));
