import { InferenceError } from '../inference-error.ts';
import type { StreamPart } from '../language-model.ts';
import { withStream, type CallNotes, type Middleware } from './middleware.ts';
import { parseOutput } from './structured-output.ts';
import { TemplateMarkFilter } from './template-marks.ts';
import { TextCleaner } from './text-cleaning.ts';

export interface GuardOptions {
  /** Characters an answer may have; more than that ends the call with `too-large`. */
  maxCharacters: number;
  /** An answer without text is allowed: the text it goes on from was whole already. */
  mayBeEmpty?: boolean;
  /** The answer goes on from an unfinished one. */
  goesOn?: boolean;
  notes: CallNotes;
}

/** What a token may be in characters at most, with room for a provider that counts otherwise. */
export const CHARACTERS_PER_TOKEN_AT_MOST = 12;

/**
 * The last look at what a model says before it is treated as words for a person: text is cleaned, leaked template marks go,
 * length has an end, JSON must pass its schema, and nothing at all is not an answer. Model text is data.
 */
export const withGuard = ({ maxCharacters, mayBeEmpty = false, goesOn = false, notes }: GuardOptions): Middleware => (model) => withStream(model, async function* (request, options) {
  const cleaner = new TextCleaner();
  const marks = request.output ? undefined : new TemplateMarkFilter(goesOn);
  const said: string[] = [];
  let [characters, shown, toolCalls] = [0, false, 0];

  const taken = (raw: string, last: boolean): string => {
    const text = cleaner.push(raw, last);
    const clean = marks ? marks.push(text) + (last ? marks.flush() : '') : text;
    if (request.output) said.push(clean);
    if (clean.trim() !== '') shown = true;
    return clean;
  };

  for await (const part of model.stream(request, options)) {
    // Nothing is held back over the end of a block.
    if (part.type !== 'text-delta' && part.type !== 'text-start') {
      const rest = taken('', true);
      if (rest !== '') yield { type: 'text-delta', text: rest };
    }
    if (part.type === 'text-delta') {
      characters += part.text.length;
      if (characters > maxCharacters) { yield failed('too-large'); return; }
      const text = taken(part.text, false);
      if (text !== '') yield { type: 'text-delta', text };
    } else if (part.type === 'tool-call') {
      toolCalls++;
      yield part;
    } else if (part.type === 'usage') {
      if (part.finish === 'filtered') { yield failed('filtered'); return; }
      if (!shown && toolCalls === 0 && !mayBeEmpty) { yield failed('empty'); return; }
      if (request.output && (shown || toolCalls === 0)) {
        try { notes.output = parseOutput(said.join(''), request.output.schema); } catch { yield failed('schema'); return; }
      }
      yield part;
      return;
    } else {
      yield part;
    }
  }
});

const failed = (fault: 'too-large' | 'filtered' | 'empty' | 'schema'): StreamPart => ({ type: 'error', error: new InferenceError(fault) });
