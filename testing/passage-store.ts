import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { MemoryKind } from '../core/contract/memory.ts';
import { MemoryIndex } from '../core/memory/memory-index.ts';
import type { Passage } from '../core/memory/memory.ts';
import { VectorIndex } from '../core/memory/vector-index.ts';
import type { Store } from '../core/storage/store.ts';
import { loadVectors } from '../core/storage/vec-extension.ts';
import { openMemoryStore } from './memory.ts';

const SOME_TIME = '2026-11-20T09:00:00.000Z';

/** Something remembered, as its rows. A passage that is only a text has the title for its heading. */
export interface TestItem { kind?: MemoryKind; title?: string; passages: (string | Passage)[]; at?: string; sources?: { sessionId: string; at?: string }[] }

/** A real migrated database with what the memory finds passages with. */
export interface PassageStore {
  readonly store: Store; readonly vectors: VectorIndex; readonly index: MemoryIndex;
  /** Gives the numbers of the passages. */
  add(item: TestItem): number[];
  close(): void;
}

/**
 * A database in `folder` with passages that tests and benchmarks put there themselves.
 * @param extensionFile stands for sqlite-vec, to see what happens where it cannot be loaded
 */
export function openPassageStore(folder: string, extensionFile?: () => string): PassageStore {
  const store = openMemoryStore(join(folder, 'memory.db'));
  if (extensionFile) loadVectors(store.sql, extensionFile);
  const vectors = new VectorIndex(store);
  let items = 0;
  return {
    store, vectors, index: new MemoryIndex(store, vectors),
    add({ kind = 'note', title = '', passages, at = SOME_TIME, sources = [] }) {
      return store.write(() => {
        const hash = createHash('sha256').update(`${items++} ${performance.now()}`).digest('base64url');
        const item = Number(store.prepare('INSERT INTO memory_item (item_id, kind, title, text, hash, at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)').run(`item-${hash}`, kind, title, passages.map((passage) => plain(passage).text).join('\n'), hash, at, at).lastInsertRowid);
        for (const [seq, source] of sources.entries()) store.prepare('INSERT INTO memory_source (item, session_id, seq, at) VALUES (?, ?, ?, ?)').run(item, source.sessionId, seq, source.at ?? at);
        return passages.map((passage, position) => {
          const { heading, text, start } = plain(passage, title);
          return Number(store.prepare('INSERT INTO memory_chunk (item, position, heading, text, start) VALUES (?, ?, ?, ?, ?)').run(item, position, heading, text, start).lastInsertRowid);
        });
      });
    },
    close() { store.close(); },
  };
}

const plain = (passage: string | Passage, heading = ''): Omit<Passage, 'position'> => (typeof passage === 'string' ? { heading, text: passage, start: 0 } : passage);
