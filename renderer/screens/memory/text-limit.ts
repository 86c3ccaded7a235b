import { MEMORY_TEXT_LIMIT } from '../../../core/contract/memory.ts';
import { mapEngineError } from '../../client/index.ts';

/** From this share of the limit on the characters are counted where one types. */
const COUNTED_FROM = 0.8;
/** What concerns the text itself is said beside its field. */
const OF_TEXT: ReadonlySet<string> = new Set(['MEMORY_EMPTY', 'MEMORY_TOO_LONG', 'MEMORY_NOT_TEXT', 'MEMORY_SAME']);

export const isTooLong = (text: string): boolean => text.length > MEMORY_TEXT_LIMIT;
export const isCounted = (text: string): boolean => text.length > MEMORY_TEXT_LIMIT * COUNTED_FROM;

/** Splits a refusal into what is said beside the text and what is said below the form. */
export function refusalOf(error: unknown): { ofText: { happened: string; todo: string } | null; other: unknown } {
  if (!error) return { ofText: null, other: null };
  const { code, data } = mapEngineError(error);
  return OF_TEXT.has(code) ? { ofText: data, other: null } : { ofText: null, other: error };
}

/** The first line that says something, as a title. */
export function titleFrom(text: string): string {
  const line = text.split('\n').map((each) => each.replace(/^[#*\-\s]+/, '').trim()).find((each) => each !== '') ?? '';
  return line.length <= 80 ? line : `${line.slice(0, 80).replace(/\s+\S*$/, '')}…`;
}
