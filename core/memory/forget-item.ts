import { EngineError } from '../contract/errors.ts';
import type { EmbedderService } from './embedder-service.ts';
import type { MemoryRepository } from './memory-repository.ts';
import type { MemorySearch } from './memory-search.ts';
import type { VectorIndex } from './vector-index.ts';

export interface ForgetParts { repository: MemoryRepository; vectors: VectorIndex; embedders: EmbedderService; search: MemorySearch; now: () => string; changed: () => void }
export interface Forgotten { verified: boolean; checks: { what: string; left: number }[] }

/** Words of the text that the word index is asked for afterwards, and characters that are searched for. */
const WORDS_ASKED = 200;
const TEXT_ASKED = 2_000;
const HITS_ASKED = 50;

/**
 * Forgets an item for good and looks for it again, everywhere it could be found. What it was read from does not bring it back.
 * @throws EngineError MEMORY_NOT_FOUND, STORAGE_*
 */
export function forgetItem({ repository, vectors, embedders, search, now, changed }: ForgetParts, itemId: string): Forgotten {
  const gone = repository.write(() => {
    const row = repository.find(itemId);
    if (!row) throw new EngineError('MEMORY_NOT_FOUND');
    const chunks = repository.chunks(row.id);
    repository.setForgotten(row.kind, row.hash, now());
    repository.delete(row.id);
    embedders.purge();
    return { row, chunks };
  }, { frees: true });
  changed();
  const { row, chunks } = gone;
  const words = new Set(`${row.title} ${row.text.slice(0, TEXT_ASKED * 4)}`.match(/[\p{L}\p{N}]+/gu));
  const text = row.text.slice(0, TEXT_ASKED);
  const ranked = search.ranked({ text, limit: HITS_ASKED }, embedders.builtInQuery(text));
  repository.emptyLog();
  const checks = [
    { what: 'this entry', left: repository.find(itemId) ? 1 : 0 },
    { what: 'notes of where it came from', left: repository.sources(row.id).length },
    { what: 'its passages', left: repository.alive(chunks).size },
    { what: 'passages found by its words', left: repository.indexed([...words].slice(0, WORDS_ASKED), chunks) },
    { what: 'its vectors', left: vectors.left(chunks) },
    { what: 'passages found by a search for its text', left: ranked.filter(({ chunk }) => chunks.includes(chunk)).length },
  ];
  return { verified: checks.every(({ left }) => left === 0), checks };
}
