import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../contract/errors.ts';
import { MEMORY_TEXT_LIMIT, type MemoryItem, type MemoryKind } from '../contract/memory.ts';
import { isoFrom, type Clock, type Ids } from '../sources.ts';
import { chunkText } from './chunk-text.ts';
import { cleanText, looksLikeText } from './clean-text.ts';
import type { EmbedderService } from './embedder-service.ts';
import { identityHash, isTurn } from './item-identity.ts';
import type { Passage, Remembered } from './memory.ts';
import { FIRST_PAGE, type ItemRow, type ListPlace, type MemoryRepository } from './memory-repository.ts';

export interface MemoryServiceParts {
  repository: MemoryRepository; embedders: EmbedderService; clock: Clock; ids: Ids;
  /** Told after each change, perhaps in a transaction that is still open. */
  changed: () => void;
  /** What the interview or conversation of a source is called. */
  titleOf: (sessionId: string) => string | undefined;
}

/** A text's passages and, when there was time for it, their built-in vectors. */
interface Prepared { passages: readonly Passage[]; vectors?: ReadonlyMap<Passage, Float32Array> }

const TITLE_CHARACTERS = 200;
const UNTITLED = 'Without a title';

/** What is remembered, item by item: remembering, changing, listing. */
export class MemoryService {
  readonly #parts: MemoryServiceParts;
  /** How often everything was deleted. */
  #forgets = 0;
  constructor(parts: MemoryServiceParts) { this.#parts = parts; }

  /** As `Memory.remember`; all of it or nothing, so that a caller whose transaction goes on after a fault keeps no halves. */
  remember(items: readonly Remembered[]): (string | undefined)[] {
    const { repository, changed } = this.#parts;
    const ids = repository.attempt(() => items.map((item) => {
      const text = looksLikeText(item.text).ok ? cleanText(item.text) : '';
      if (text === '') return undefined;
      const hash = identityHash({ ...item, text });
      return repository.isForgotten(item.kind, hash) ? undefined : this.#keep({ ...item, text }, hash).itemId;
    }));
    if (ids.some((id) => id !== undefined)) changed();
    return ids;
  }

  /** What the person puts in. Once forgotten, it is remembered again. @throws EngineError MEMORY_EMPTY, MEMORY_TOO_LONG, MEMORY_NOT_TEXT, STORAGE_* */
  async add(input: { kind: 'resume' | 'job' | 'note'; title: string; text: string }): Promise<{ item: MemoryItem; same: boolean }> {
    const { repository, changed } = this.#parts;
    const text = checkedText(input.text);
    const hash = identityHash({ ...input, text });
    const forgets = this.#forgets;
    const prepared = await this.#prepared(text, cleanTitle(input.title));
    // What was on its way when everything was deleted is deleted too.
    if (forgets !== this.#forgets) throw new EngineError('MEMORY_NOT_FOUND');
    const added = repository.write(() => {
      repository.unforget(input.kind, hash);
      return this.#keep({ ...input, text, at: this.#now() }, hash, prepared);
    });
    if (!added.same) changed();
    return { item: this.item(added.itemId), same: added.same };
  }

  /** To be told before everything is deleted: what is on its way is not kept. */
  forgetAll(): void { this.#forgets++; }

  /**
   * The person's own words instead of those there were; what they replaced does not come back when it is read again.
   * @throws EngineError MEMORY_NOT_FOUND, MEMORY_SAME, MEMORY_EMPTY, MEMORY_TOO_LONG, MEMORY_NOT_TEXT, STORAGE_*
   */
  async edit({ itemId, title, text: typed }: { itemId: string; title: string; text: string }): Promise<MemoryItem> {
    const { repository, embedders, changed } = this.#parts;
    this.#row(itemId);
    const text = checkedText(typed);
    const named = cleanTitle(title);
    const prepared = await this.#prepared(text, named);
    repository.write(() => {
      const row = this.#row(itemId);
      if (row.title === named && row.text === text) return;
      const hash = isTurn(row.kind) ? row.hash : identityHash({ kind: row.kind, fact: row.fact, title: named, text });
      const other = repository.same(row.kind, hash);
      if (other && other.id !== row.id) throw new EngineError('MEMORY_SAME', { title: other.title });
      if (hash !== row.hash) {
        repository.setForgotten(row.kind, row.hash, this.#now());
        repository.unforget(row.kind, hash);
      }
      repository.dropChunks(row.id);
      embedders.purge();
      repository.change(row.id, { title: named, text, hash, updatedAt: this.#now() });
      this.#index(row.id, prepared);
    });
    changed();
    return this.item(itemId);
  }

  /** Makes passages of items that came without, as out of a backup. @throws EngineError STORAGE_* */
  indexMissing(): void {
    const rows = this.#parts.repository.unindexed();
    for (const row of rows) this.#parts.repository.write(() => this.#index(row.id, { passages: chunkText(row.text, { title: row.title }) }));
  }

  /** @throws EngineError MEMORY_NOT_FOUND, STORAGE_* */
  pin({ itemId, pinned }: { itemId: string; pinned: boolean }): MemoryItem {
    const { repository, changed } = this.#parts;
    repository.write(() => repository.pin(this.#row(itemId).id, pinned, this.#now()));
    changed();
    return this.item(itemId);
  }

  /** @throws EngineError MEMORY_NOT_FOUND */
  item(itemId: string): MemoryItem { return this.#dress(this.#row(itemId)); }

  /** A cursor that cannot be read begins at the first page. */
  list({ kind, cursor, limit }: { kind?: MemoryKind | undefined; cursor?: string | undefined; limit: number }): { items: MemoryItem[]; nextCursor: string | null; total: number } {
    const { repository } = this.#parts;
    const rows = repository.list(kind, placeOf(cursor), limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const kinds = repository.kinds();
    return {
      items: page.map((row) => this.#dress(row)),
      nextCursor: rows.length > limit && last ? cursorOf(last) : null,
      total: kinds.reduce((sum, each) => sum + (kind === undefined || each.kind === kind ? each.items : 0), 0),
    };
  }

  /** Keeps a cleaned text, or only adds where it comes from. */
  #keep(item: Remembered, hash: string, prepared?: Prepared): { itemId: string; same: boolean } {
    const { repository, ids } = this.#parts;
    const known = repository.same(item.kind, hash);
    if (known) {
      if (item.source && repository.addSource(known.id, item.source)) repository.seenAgain(known.id, item.at);
      return { itemId: known.item_id, same: true };
    }
    const itemId = ids.next('memory');
    const title = cleanTitle(item.title);
    const id = repository.insert({
      item_id: itemId, kind: item.kind, fact: item.fact ?? null, title, text: item.text, hash, made_by: item.madeBy ? JSON.stringify(item.madeBy) : null, at: item.at, updated_at: this.#now(),
    });
    if (item.source) repository.addSource(id, item.source);
    this.#index(id, prepared ?? { passages: chunkText(item.text, { title }) });
    return { itemId, same: false };
  }

  /** What takes long for a long text, before the transaction, with turns for others in between. */
  async #prepared(text: string, title: string): Promise<Prepared> {
    await setImmediate();
    const passages = chunkText(text, { title });
    await setImmediate();
    return { passages, vectors: await this.#parts.embedders.vectorsOf(passages) };
  }

  #index(item: number, { passages, vectors }: Prepared): void {
    const { repository, embedders } = this.#parts;
    embedders.indexNow(passages.map((passage) => ({ chunk: repository.insertChunk(item, passage), passage, vector: vectors?.get(passage) })));
  }

  #row(itemId: string): ItemRow {
    const row = this.#parts.repository.find(itemId);
    if (!row) throw new EngineError('MEMORY_NOT_FOUND');
    return row;
  }

  #dress(row: ItemRow): MemoryItem {
    const { repository, titleOf } = this.#parts;
    return {
      itemId: row.item_id, kind: row.kind, fact: row.fact, title: row.title, text: row.text, pinned: row.pinned === 1, edited: row.edited === 1, at: row.at, updatedAt: row.updated_at,
      sources: repository.sources(row.id).map((source) => ({ ...source, title: sourceTitle(titleOf(source.sessionId)) })), chunks: repository.chunkCount(row.id),
    };
  }

  #now(): string { return isoFrom(this.#parts.clock.now()); }
}

/** The interview of a source may be on its way to be deleted. */
export const sourceTitle = (title: string | undefined): string => title ?? 'An interview';

/** @throws EngineError MEMORY_EMPTY, MEMORY_TOO_LONG, MEMORY_NOT_TEXT */
function checkedText(typed: string): string {
  if (typed.length > MEMORY_TEXT_LIMIT) throw new EngineError('MEMORY_TOO_LONG', { characters: typed.length, limit: MEMORY_TEXT_LIMIT });
  const looks = looksLikeText(typed);
  if (!looks.ok) throw new EngineError('MEMORY_NOT_TEXT', { share: `${Math.max(1, Math.round(looks.share * 100))} %` });
  const text = cleanText(typed);
  if (text === '') throw new EngineError('MEMORY_EMPTY');
  return text;
}

const cleanTitle = (title: string): string => [...cleanText(title).replace(/\s+/g, ' ')].slice(0, TITLE_CHARACTERS).join('').trim() || UNTITLED;

const cursorOf = ({ pinned, at, id }: ListPlace): string => [pinned, at, id].join('~');
function placeOf(cursor: string | undefined): ListPlace {
  const [, pinned, at, id] = /^([01])~([^~]+)~(\d+)$/.exec(cursor ?? '') ?? [];
  return pinned === undefined || at === undefined ? FIRST_PAGE : { pinned: Number(pinned), at, id: Number(id) };
}
