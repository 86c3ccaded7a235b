import type { MemoryHit, MemoryKind } from '../contract/memory.ts';
import type { Memory } from '../memory/memory.ts';
import { CONTEXT_RULES } from './context-rules.ts';
import { cutSentence } from './sentences.ts';

const KINDS: MemoryKind[] = ['resume', 'job', 'note', 'fact', 'turn'];
const LIMIT = 6;
/** Nobody waits longer for memories than this: the person is waiting for words. */
const PATIENCE_MS = 150;
/** What is searched with, in characters: the beginning of an answer says what it is about. */
const QUERY_CHARACTERS = 1200;

/**
 * Passages that may be of use for the words to come, best first, each with its day and kind. Too late is none.
 * @param without texts that the call holds anyway
 */
export async function recall(memory: Pick<Memory, 'search'> | undefined, query: { text: string; sessionId: string; without: readonly string[] }, patienceMs = PATIENCE_MS): Promise<string[]> {
  const text = query.text.trim().slice(0, QUERY_CHARACTERS);
  if (!memory || text === '') return [];
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    const found = await Promise.race([
      memory.search({ text, notSessionId: query.sessionId, kinds: KINDS, limit: LIMIT, diverse: true }, late.signal),
      new Promise<null>((resolve) => { timer = setTimeout(() => resolve(null), patienceMs); }),
    ]);
    const known = new Set(query.without.map(plain));
    return (found?.hits ?? []).filter(({ passage }) => !known.has(plain(passage))).map(lineOf);
  } finally {
    clearTimeout(timer);
    late.abort();
  }
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase();
const lineOf = ({ at, kind, passage }: MemoryHit): string => `${at.slice(0, 10)}, ${kind}: ${cutSentence(passage.replace(/\s+/g, ' ').trim(), CONTEXT_RULES.recalledCharacters)}`;
