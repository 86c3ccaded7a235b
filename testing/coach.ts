import { resolve } from 'node:path';
import { loadCoach, type Coach } from '../core/coach/index.ts';
import { loadLanguage, type Language } from '../core/coach/language.ts';
import { readRelatedWords, type RelatedWords } from '../core/coach/related-words.ts';

const root = resolve(import.meta.dirname, '..');
export const tableFile = resolve(root, 'models/embedder/related-words.rae');
export const languageDir = resolve(root, 'packs/language');

/** The shipped coach and its parts, for tests. */
export const testCoach = (): Coach => loadCoach({ tableFile, languageDir });
export const testLanguage = (): Language => loadLanguage(languageDir);
export const testTable = (): RelatedWords => readRelatedWords(tableFile);
